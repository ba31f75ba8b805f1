// The stored figures of coverage of an area, before a look was sent and after. Old figures are never shown as the new ones:
// only the server says whether every edit is counted in them, and until it does the page asks again.

import { Failure, ask } from "../layers/api.js";
import { timeOfDay } from "../layers/clock.js";
import { el } from "../layers/dom.js";
import { number, t } from "../layers/page.js";

const [HURRY_MS, CALM_MS, HURRIED_MS] = [1_500, 10_000, 60_000];
const ROWS = ["buildings_covered", "buildings_recorded_only", "buildings_not_classifiable", "buildings_not_covered", "people_not_covered", "people_beyond_400m"];

/** Read an area: {name, figures, state, label, at}; {problem, never} where there are none, or never will be. */
export async function readArea(address) {
  try {
    const { name, figures, figures_state: state, figures_state_label: label, followed_at: at, computed_at: computed } = await ask(address);
    return { name, figures, state, label, at: at ?? computed };
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    return { problem: error.message, never: error.status === 422 }; // no such area: nobody computes it later
  }
}

export class AreaWatch {
  /** `before` is what was read before the look was sent, or null; `changed()` is called whenever there is something else to show. */
  constructor({ key, title, address, before }, changed) {
    Object.assign(this, { key, title, address, before, changed, now: null, begun: performance.now(), ended: false });
    this.look();
  }

  get isCurrent() {
    return this.now?.state === "current";
  }

  /** Nothing else comes: every edit is counted, or there is no such area. */
  get isDone() {
    return this.isCurrent || Boolean(this.now?.never);
  }

  async look() {
    clearTimeout(this.timer);
    const read = await readArea(this.address);
    if (this.ended || this.isDone) return;
    this.now = read;
    this.changed();
    const pause = performance.now() - this.begun < HURRIED_MS ? HURRY_MS : CALM_MS;
    if (!this.isDone) this.timer = setTimeout(() => this.look(), pause);
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
  }

  show() {
    if (this.now?.never) return el("section", { class: "area", "data-area": this.key }, el("h3", {}, this.title), el("p", { class: "fine" }, this.now.problem));
    const after = this.isCurrent ? this.now.figures : null;
    const before = this.before?.figures;
    return el("section", { class: "area", "data-area": this.key, "data-state": this.isCurrent ? "current" : "waiting" },
      el("h3", {}, this.heading()), this.stateLine(before, after),
      (before || after) && el("table", { class: "figures" },
        el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, t("area.before")), el("th", { scope: "col" }, t("area.after")))),
        el("tbody", {}, ...ROWS.map((name) => row(name, before?.[name], after?.[name])))));
  }

  /** A lane is called what the service says that it is; box and ward were known before. */
  heading() {
    return (this.key === "lane" && (this.now?.name ?? this.before?.name)) || this.title;
  }

  stateLine(before, after) {
    if (this.now === null) return el("p", { class: "asking" }, t("area.asking"));
    if (!after) {
      return el("div", { class: "outcome" }, el("strong", { class: "asking" }, t("area.waiting")),
        el("p", {}, this.now.problem ?? this.now.label), el("p", { class: "fine" }, t("area.again")));
    }
    const same = before && ROWS.every((name) => before[name] === after[name]);
    const told = !before ? t("area.no_before") : same ? t("area.same") : t("area.changed");
    return el("p", {}, told, " ", el("span", { class: "fine" }, t("area.counted_at", { time: timeOfDay(Date.parse(this.now.at)) }),
      before && this.before.state !== "current" && ` ${t("area.old_before", { label: this.before.label })}`));
  }
}

function row(name, before, after) {
  const said = (value) => (value === undefined ? "…" : number(value));
  const changed = before !== undefined && after !== undefined && before !== after;
  return el("tr", { class: changed && "changed", "data-figure": name }, el("th", { scope: "row" }, t(`area.${name}`)), el("td", {}, said(before)),
    el("td", {}, said(after), changed && el("span", { class: "by" }, ` (${after > before ? "+" : "−"}${number(Math.abs(after - before))})`)));
}
