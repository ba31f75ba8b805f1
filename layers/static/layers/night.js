// Night mode: by the system unless somebody chose; what was chosen is kept.

import { t } from "./page.js";

const KEPT = "thuylo.night";
const CHOICES = ["auto", "night", "day"];
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Make a button the switch; `changed(night)` is called now and whenever it turns dark or light. */
export function nightSwitch(button, changed) {
  let choice = recall();
  const show = () => {
    const night = choice === "night" || (choice === "auto" && dark.matches);
    document.documentElement.dataset.night = night ? "yes" : "no";
    button.textContent = { auto: "◐", night: "☾", day: "☀" }[choice];
    const label = t(`night.${choice}`);
    button.title = label;
    button.setAttribute("aria-label", label);
    changed(night);
  };
  button.addEventListener("click", () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    keep(choice);
    show();
  });
  dark.addEventListener("change", show);
  show();
}

function recall() {
  try {
    const kept = localStorage.getItem(KEPT);
    return CHOICES.includes(kept) ? kept : "auto";
  } catch {
    return "auto"; // a browser that keeps nothing
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch { /* then it is chosen again next time */ }
}
