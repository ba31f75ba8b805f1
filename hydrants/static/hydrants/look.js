// The look at one source: its card, its check list, and the form on its way.

import { Failure } from "../layers/api.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { config, t } from "../layers/page.js";
import { readBefore } from "./around.js";
import { emptyForm, showForm } from "./check_form.js";
import { keep, keptForm, outlives } from "./kept_forms.js";
import { isOnTheWay, send } from "./sending.js";
import { nameOf, readSource, sourceCard } from "./source_card.js";

const BEFORE_MS = 4_000;

export class Look {
  /** `stored(form, told)` is called when the server has it, `changed()` when a form was kept or let go. */
  constructor({ stored, changed }) {
    Object.assign(this, { stored, changed, key: "", form: null, before: null, hurries: new Set() });
  }

  /** Open a source. What is kept of a form about it is there at once, whatever the server says. */
  async open(key, name = "") {
    Object.assign(this, { key, read: null, before: null, form: keptForm(key) });
    byId("source-name").textContent = this.form?.source.name ?? name;
    replace(byId("source"), el("p", { class: "asking" }, t("source.asking")));
    this.showForm();
    try {
      const read = await readSource(key);
      if (key === this.key) this.show(read);
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      if (key === this.key) this.failed(error);
    }
  }

  close() {
    this.key = "";
  }

  show(read) {
    const { coordinates } = read.feature.geometry;
    const source = { key: this.key, layer: read.layer.id, name: nameOf(read), point: coordinates };
    byId("source-name").textContent = source.name;
    replace(byId("source"), sourceCard(read));
    // How it stands before anything is sent; of a form that may have arrived already it was read then.
    if (!this.form?.body) this.before = readBefore(coordinates);
    if (this.form) Object.assign(this.form.source, source);
    else this.form = emptyForm(source);
    this.showForm();
  }

  failed(error) {
    replace(byId("source"), el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, t("source.failed")), el("p", {}, error.message),
      el("button", { type: "button", onclick: () => this.open(this.key, byId("source-name").textContent) }, t("layers.retry"))));
  }

  showForm() {
    const element = byId("check");
    if (!this.form) return replace(element);
    if (!config.signedIn) return replace(element, signInCard());
    if (this.form.body) return replace(element, this.underWay());
    showForm(element, this.form, { changed: () => this.keep(), send: () => this.send() });
    return this.form.problem ? this.refused(this.form.problem) : undefined;
  }

  keep() {
    keep(this.form);
    this.changed();
    byId("check-said").replaceChildren(...(outlives() ? [] : [el("p", { class: "news lost" }, t("kept.not_outlives"))]));
  }

  /** A form that left and of which nobody knows whether it arrived: it can be sent again, and counts once. */
  underWay() {
    const waiting = isOnTheWay(this.form);
    return el("div", { class: "outcome failed", role: "alert" }, el("strong", { class: waiting && "asking" }, t(waiting ? "kept.sending" : "kept.waiting")),
      !waiting && this.form.problem && el("p", {}, this.form.problem), !waiting && el("p", { class: "fine" }, t("kept.once")),
      !waiting && el("button", { type: "button", class: "primary", "data-key": "again", onclick: () => this.send() }, t("kept.again")));
  }

  sendAgain() {
    return config.signedIn && this.form?.body ? this.send() : undefined;
  }

  async send() {
    const { form } = this;
    const { key } = form.source;
    if (this.hurries.has(key)) return;
    this.hurries.add(key); // a second tap while the first one waits; another source does not wait for it
    try {
      form.before ??= await soon(this.before);
      const sending = send(form);
      if (form === this.form) this.showForm();
      const told = await sending;
      this.changed();
      if (told) this.arrived(form, told);
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      this.changed();
      if (key === this.key) this.showFailed(form, error);
    } finally {
      this.hurries.delete(key);
    }
  }

  /** The server has it. Who looks at another source by now is told so and stays there. */
  arrived(form, told) {
    if (!this.key || form.source.key === this.key) return this.stored(form, told);
    return say(t("told.stored", { outcome: `${form.source.name}: ${told.outcome_label}` }));
  }

  /** Whoever left and came back sees a copy of the form that was kept then: from here on it is the form itself. */
  showFailed(form, error) {
    this.form = form;
    this.showForm();
    if (error.status === 401) byId("check-said")?.append(signInCard());
    say(error.message);
  }

  refused(problem) {
    byId("check-said").replaceChildren(el("div", { class: "outcome failed" }, el("strong", {}, t("check.refused")), el("p", {}, problem)));
  }
}

/** What is promised, or null where it takes longer than somebody at a hydrant waits. */
const soon = (promise) => Promise.race([promise, new Promise((give) => { setTimeout(() => give(null), BEFORE_MS); })]);

function signInCard() {
  const link = document.querySelector("[data-sign-in]");
  const next = encodeURIComponent(`${window.location.pathname}${window.location.hash}`);
  return el("div", { class: "outcome no_source" }, el("strong", {}, t("check.sign_in")), el("p", {}, t("check.sign_in.hint")),
    el("a", { class: "button primary", href: link?.href ?? `/sign-in?next=${next}`, "data-sign-in": true }, t("check.sign_in.link")));
}
