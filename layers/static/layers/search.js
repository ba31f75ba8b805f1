// The one search box: answers while somebody types. A combobox as WAI-ARIA describes it, worked by keys alone.

import { Failure, ask } from "./api.js";
import { byId, el, say } from "./dom.js";
import { number, t } from "./page.js";

const [DEBOUNCE_MS, LIMIT] = [90, 8];

/** `near()` gives the middle of what is seen, `choose(result)` takes what was chosen. */
export class SearchBox {
  constructor({ near, choose }) {
    Object.assign(this, { near, choose, results: [], at: -1, request: null, shownFor: "", wanted: false });
    [this.input, this.list] = [byId("search"), byId("search-list")];
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.results.length && this.text() === this.shownFor && this.open(true));
    this.input.form.addEventListener("submit", (event) => event.preventDefault());
    // What is pressed in the list must not take the focus from the box before it counts.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.input.addEventListener("blur", () => this.open(false));
  }

  text() {
    return this.input.value.trim();
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  typed() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.wanted = false;
    if (this.text() === "") return this.show([], "");
    this.timer = setTimeout(() => this.look(), DEBOUNCE_MS);
  }

  async look() {
    clearTimeout(this.timer);
    this.request?.abort();
    const request = (this.request = new AbortController());
    const asked = this.text();
    const { lng, lat } = this.near();
    const query = new URLSearchParams({ q: asked, near: `${lng.toFixed(5)},${lat.toFixed(5)}`, limit: LIMIT });
    try {
      const { results, notes = [] } = await ask(`/api/search?${query}`, { signal: request.signal });
      if (request !== this.request) return;
      this.show(results, asked, notes);
      if (this.wanted && results.length) this.take(0); // Enter came before the answer
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof Failure)) console.error(error);
      this.fail(error.message);
    }
  }

  show(results, asked, notes = []) {
    Object.assign(this, { results, at: -1, shownFor: asked });
    const none = asked && results.length === 0 && el("li", { class: "none", role: "presentation" }, t("search.none", { text: asked }));
    this.list.replaceChildren(...results.map((result, i) => this.option(result, i)), ...(none ? [none] : []),
      ...notes.map((note) => el("li", { class: "none fine", role: "presentation" }, note)));
    this.open(Boolean(asked));
    if (asked) say(results.length ? t("search.count", { count: number(results.length) }) : t("search.none", { text: asked }));
  }

  fail(reason) {
    Object.assign(this, { results: [], at: -1, shownFor: "", wanted: false });
    this.list.replaceChildren(el("li", { class: "none failed", role: "presentation" }, `${t("search.failed")} ${reason}`));
    this.open(true);
    say(t("search.failed"));
  }

  option({ title, subtitle, kind_label: kind, synthetic }, i) {
    return el("li", { role: "option", id: `search-option-${i}`, "aria-selected": "false", onclick: () => this.take(i) },
      el("span", { class: "title" }, title, synthetic && el("span", { class: "badge" }, t("popup.synthetic"))),
      el("span", { class: "kind" }, kind), el("span", { class: "why" }, subtitle));
  }

  open(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.point(-1);
  }

  /** Point at an option; the focus stays in the box. */
  point(at) {
    this.at = at;
    [...this.list.querySelectorAll("[role=option]")].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `search-option-${at}`);
    return this.list.children[at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const [last, isOpen] = [this.results.length - 1, !this.list.hidden];
    if (event.key === "ArrowDown" && last >= 0) this.move(isOpen && this.at < last ? this.at + 1 : 0);
    else if (event.key === "ArrowUp" && last >= 0) this.move(isOpen && this.at > 0 ? this.at - 1 : last);
    else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape") this.back(isOpen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move(at) {
    this.open(true);
    this.point(at);
  }

  enter() {
    if (this.text() === "") return;
    if (this.text() === this.shownFor && this.results.length) return this.take(Math.max(this.at, 0));
    this.wanted = true;
    this.look();
  }

  /** Esc: first the list closes, then the text goes, then the box is left. */
  back(isOpen) {
    if (isOpen) return this.open(false);
    if (this.input.value === "") return this.input.blur();
    this.input.value = "";
    return this.typed();
  }

  take(i) {
    const result = this.results[i];
    this.wanted = false;
    this.input.value = result.title;
    this.shownFor = this.text();
    this.open(false);
    this.input.blur();
    this.choose(result);
  }
}
