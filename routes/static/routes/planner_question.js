// A question of planners: a form, its address, and an answer that is told in words, in a table and by marks on the map.

import { Failure } from "../layers/api.js";
import { now, timeOfDay } from "../layers/clock.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { lonLatToLatLng, mark } from "../layers/overlay.js";
import { number, t } from "../layers/page.js";
import { askInTurn } from "./in_turn.js";
import { SortableTable } from "./sortable.js";

export class PlannerQuestion {
  /**
   * `about` says what is asked: {view, path, query(values, planId), columns(question), rows(answer), parts(answer, question), by, kind(row)}.
   * `common()` gives vehicle and area as parameters, `planId()` the stored plan that is open, `take(rows)` writes into the plan, `show(place)` brings a place into view.
   */
  constructor(about, { marks, common, planId, take, show }) {
    Object.assign(this, { about, marks, common, planId, take, bring: show, answer: null, at: null, doubts: new Map() });
    this.box = byId(`${about.view}-answer`);
    this.form = byId(`${about.view}-form`);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
  }

  /** Ask anew; what was answered before goes, as it answers another question. */
  async ask() {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.answer = null;
    this.doubts.clear();
    this.draw();
    this.tell(el("p", { class: "asking" }, t("ask.asking")));
    try {
      const query = new URLSearchParams({ ...this.common(), ...this.about.query(new FormData(this.form), this.planId()) });
      const answer = await askInTurn(`${this.about.path}?${query}`, { signal: request.signal, waits: (reason) => this.tell(el("p", { class: "asking" }, t("turn.waits"), " ", reason)) });
      Object.assign(this, { answer, at: now() });
      this.show();
      say(answer.sentence);
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof Failure)) console.error(error);
      this.tell(el("div", { class: "outcome failed" }, el("strong", {}, t("ask.failed")), el("p", {}, error.message)));
      say(t("ask.failed"));
    }
  }

  tell(...nodes) {
    replace(this.box, ...nodes);
  }

  show() {
    const { answer, about } = this;
    const columns = about.columns(this);
    const table = answer.features.length > 0 && new SortableTable({ name: about.view, caption: t(`${about.view}.table`), columns, rows: about.rows(answer), by: about.by }).element;
    this.tell(el("div", { "data-doubt": about.view }, ...this.doubtLines()), el("p", { class: "sentence" }, answer.sentence), ...about.parts(answer, this), table,
      answer.notes?.length > 0 && el("ul", { class: "bullets fine" }, ...answer.notes.map((note) => el("li", {}, note))),
      el("p", { class: "fine" }, t("ask.at", { time: timeOfDay(this.at), roads: answer.network_version })));
    this.draw();
  }

  /** What speaks against what is shown: somebody edited since, or nobody can tell; `text` "" when it does so no more. */
  doubt(why, text) {
    this.doubts[text ? "set" : "delete"](why, text); // also while it is computed: nobody knows which data it saw
    if (this.answer) replace(this.box.querySelector("[data-doubt]"), ...this.doubtLines());
  }

  doubtLines() {
    return [...this.doubts.values()].map((each) => el("p", { class: "news" }, each));
  }

  /** Mark what is answered on the map, by its number. */
  draw() {
    this.marks.clearLayers();
    for (const row of this.answer ? this.about.rows(this.answer) : []) {
      for (const place of row.places) this.marks.addLayer(mark(lonLatToLatLng(place), String(row.order), this.about.kind(row), `${row.order}: ${row.title}`));
    }
  }

  /** The first cell of a row: its number, which shows it on the map. */
  numberButton(row) {
    return el("button", { type: "button", class: "number", "data-key": `${this.about.view}-${row.order}`, "aria-label": t("show_on_map", { name: row.title }), onclick: () => this.bring(row.places[0]) }, number(row.order));
  }
}
