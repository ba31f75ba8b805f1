// The same view and the same answer somewhere else: a link to send, and a page of paper.

import { byId } from "./dom.js";
import { t } from "./page.js";

const [PAINTING_MS, STEP_MS] = [4_000, 100];

/** Make the buttons work; `fit()` brings the whole plan into view, whatever the size of the map is by then. */
export function shareAndPrint(map, fit) {
  shareByButton();
  byId("print").addEventListener("click", () => printPlan(map, fit));
  window.addEventListener("beforeprint", () => { byId("printed-link").textContent = window.location.href; });
}

/** Make the button work that shares the link of the page. */
export function shareByButton() {
  byId("share").addEventListener("click", () => shareLink());
  byId("share-copy").addEventListener("click", () => copy());
}

/** Print: the map takes the size that it has on paper first, as its tiles cannot be fetched while the browser prints. */
export async function printPlan(map, fit) {
  const before = [map.getCenter(), map.getZoom()];
  document.body.classList.add("for-paper");
  map.invalidateSize({ animate: false, pan: false });
  fit();
  await painted(map);
  fit(); // a zoom that was under way when the key was pressed has ended where it was going
  await painted(map);
  window.print();
  document.body.classList.remove("for-paper");
  map.invalidateSize({ animate: false, pan: false });
  map.setView(...before, { animate: false });
}

/** Wait for the map, but not for ever: on a bad day the plan in words is worth more than its picture. */
async function painted(map) {
  const pause = () => new Promise((done) => { setTimeout(done, STEP_MS); });
  await pause();
  for (let waited = 0; waited < PAINTING_MS && map.getContainer().dataset.map !== "ready"; waited += STEP_MS) await pause();
}

export function shareLink() {
  const input = byId("share-link");
  input.value = window.location.href;
  byId("share-said").textContent = "";
  byId("share-dialog").showModal();
  input.select();
}

/** A page that came over plain HTTP may not write to the clipboard: then the text is selected for the hand. */
async function copy() {
  byId("share-link").select();
  try {
    await navigator.clipboard.writeText(byId("share-link").value);
    byId("share-said").textContent = t("share.copied");
  } catch {
    byId("share-said").textContent = t("share.by_hand");
  }
}
