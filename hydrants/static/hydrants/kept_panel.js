// The forms that are still in this browser, above everything else: to go on with, to send again, to throw away.

import { byId, el, replace } from "../layers/dom.js";
import { t } from "../layers/page.js";
import { forget, keptForms } from "./kept_forms.js";
import { isOnTheWay } from "./sending.js";

export class KeptPanel {
  /** `open(key)` shows a source with its form, `again(key)` sends one again that may have arrived. */
  constructor({ open, again }) {
    Object.assign(this, { open, again });
  }

  show() {
    const forms = keptForms();
    replace(byId("kept"), forms.length > 0 && el("section", { class: "kept", "aria-label": t("kept.title") },
      el("h2", {}, t("kept.title")), el("ul", {}, ...forms.map((form) => this.entry(form)))));
  }

  entry(form) {
    const { source: { key, name }, body, problem } = form;
    const state = isOnTheWay(form) ? t("kept.sending") : body ? t("kept.waiting") : t("kept.draft");
    return el("li", {}, el("div", {}, el("strong", {}, name), el("span", { class: "kind" }, state), problem && el("span", { class: "reason" }, problem)),
      el("span", { class: "judge" },
        el("button", { type: "button", class: "primary", "data-key": `kept/${key}`, onclick: () => (body ? this.again(key) : this.open(key)) }, t(body ? "kept.again" : "kept.go_on")),
        el("button", { type: "button", "data-key": `drop/${key}`, onclick: () => this.drop(form) }, t("kept.drop"))));
  }

  drop({ source: { key, name }, body }) {
    if (!window.confirm(t(body ? "kept.drop_waiting" : "kept.drop_draft", { name }))) return;
    forget(key);
    this.show();
  }
}
