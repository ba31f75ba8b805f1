// The same view and the same answer somewhere else: a link to send, and a page of paper.

import { byId } from "./dom.js";
import { t } from "./page.js";

/** Make the buttons work; `fit()` brings the whole plan into view, whatever the size of the map is by then. */
export function shareAndPrint(map, fit) {
  byId("share").addEventListener("click", () => shareLink());
  byId("share-copy").addEventListener("click", () => copy());
  byId("print").addEventListener("click", () => window.print());
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = [map.getCenter(), map.getZoom()];
    byId("printed-link").textContent = window.location.href;
    relayout(map, fit);
  });
  window.addEventListener("afterprint", () => relayout(map, () => before && map.setView(...before, { animate: false })));
}

function relayout(map, then) {
  map.invalidateSize({ animate: false, pan: false });
  then();
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
