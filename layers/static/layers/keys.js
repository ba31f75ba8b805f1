// The keys of the page. Keyboard alone is enough, and single letters can be switched off for those whose software types them.

import { byId, isWriting } from "./dom.js";

const KEPT = "thuylo.keys";

/** `acts` maps a key to what it does; "digit" gets each digit, "back" the Escape key. */
export function listenToKeys(acts) {
  const box = byId("keys-on");
  box.checked = recall();
  box.addEventListener("change", () => keep(box.checked));
  byId("keys-button").addEventListener("click", () => byId("keys").showModal());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return void acts.back(event);
    if (isWriting(event) || !box.checked) return;
    const act = /^[1-9]$/.test(event.key) ? () => acts.digit(event.key) : acts[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}

/** Buttons that close the dialog they stand in. */
export function closeDialogs() {
  document.querySelectorAll("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
}

function recall() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

function keep(on) {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch { /* then it is chosen again next time */ }
}
