// After a look was sent: what the service did with the source, and what that means for the houses and the ward around it.

import { Asked } from "../layers/asked.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { layerById, t } from "../layers/page.js";
import { signOf } from "../layers/verdicts.js";
import { AreaWatch } from "./area.js";
import { questionsAbout, wardOf } from "./around.js";
import { labelOf } from "./source_card.js";

const REACH_M = 1_000;
const COVERAGE = ["building-coverage", "ward-coverage"];

/** Whether the source gives water, as far as this look goes: what could not be tested nobody knows. */
export function verdictOf({ outcome, status_after: after }) {
  if (after === "working") return outcome === "works" ? "passable" : "unknown";
  return after === "unknown" ? "unknown" : "blocked";
}

export class Outcome {
  /** `counted()` is called when the figures hold the look: the map may show other houses. */
  constructor({ counted }) {
    Object.assign(this, { counted, watches: [], form: null, told: null });
    this.house = new Asked(() => this.showHouses());
    this.water = new Asked(() => this.showTold());
  }

  /** Tell what was stored, and begin to watch what it changes. */
  async open(form, told) {
    this.close();
    Object.assign(this, { form, told, ward: form.before?.ward ?? null });
    const { point } = form.source;
    this.house.ask(questionsAbout(point, null).house);
    this.water.ask(`/api/nearest-water?${new URLSearchParams({ lon: point[0], lat: point[1], mode: "straight", limit: 1, max_distance_m: REACH_M })}`);
    say(this.statusLine());
    this.ward ??= await wardOf(point); // nobody answered before the look was sent
    if (form !== this.form) return;
    this.watches = questionsAbout(point, this.ward).areas
      .map((area) => new AreaWatch({ ...area, before: form.before?.areas[area.key] ?? null }, () => this.heardOf()));
    this.showHouses();
  }

  close() {
    this.watches.forEach((watch) => watch.end());
    this.watches = [];
    this.house.forget();
    this.water.forget();
    this.form = null;
  }

  /** Somebody edited these layers; null: nobody knows which. */
  heard(layers) {
    if (layers === null || layers.some((id) => COVERAGE.includes(id))) this.watches.forEach((watch) => !watch.isDone && watch.look());
    [this.house, this.water].forEach((asked) => asked.retry());
  }

  heardOf() {
    this.showHouses();
    if (this.watches.every(({ isDone }) => isDone)) this.counted();
  }

  statusLine() {
    const layer = layerById(this.form.source.layer);
    const [before, after] = [this.told.status_before, this.told.status_after].map((code) => labelOf(layer, "status", code));
    return before === after ? t("told.same", { status: after }) : t("told.status", { before, after });
  }

  showTold() {
    if (!this.form) return;
    const { outcome_label: outcome, why_label: why, findings } = this.told;
    const verdict = verdictOf(this.told);
    replace(byId("told"),
      el("div", { class: `verdict ${verdict}`, id: "verdict" }, el("span", { class: "sign", "aria-hidden": "true" }, signOf(verdict)),
        el("div", {}, el("strong", {}, t("told.stored", { outcome: [outcome, why].filter(Boolean).join(": ") })), el("p", {}, this.form.source.name), el("p", {}, this.statusLine()))),
      findings.length > 0 && el("p", {}, `${t("told.findings")} ${findings.map(({ finding_label: label }) => label).join("; ")}.`),
      el("div", { id: "water" }, this.waterLine()));
  }

  /** Not a promise of ours but the next answer itself: whether the source is offered as water. */
  waterLine() {
    const { state, answer, error } = this.water;
    if (state === "asking") return el("p", { class: "asking" }, t("nearest.asking"));
    if (state === "failed") return this.again(this.water, `${t("nearest.failed")} ${error.message}`);
    if (state !== "ready") return null;
    const over = answer.passed_over.find(({ id }) => id === this.form.source.key);
    const offered = answer.features.some(({ id }) => id === this.form.source.key);
    const nearest = answer.features[0] ?? answer.beyond;
    return el("div", { class: "news" }, over && el("p", {}, t("told.passed_over", { reason: over.properties.reason_label })), offered && el("p", {}, t("told.offered")),
      !offered && el("p", {}, nearest ? t("told.next", { sentence: nearest.properties.sentence }) : t("told.no_other")));
  }

  showHouses() {
    if (!this.form) return;
    replace(byId("houses"), el("h2", {}, t("around.title")), this.houseCard(), ...this.watches.map((watch) => watch.show()),
      !this.ward && this.watches.length > 0 && el("p", { class: "fine" }, t("around.no_ward")));
  }

  houseCard() {
    const { state, answer, error } = this.house;
    const before = this.form.before?.house;
    if (state === "asking") return el("p", { class: "asking" }, t("around.asking"));
    if (state === "failed") return error.status === 404 ? el("p", {}, error.message) : this.again(this.house, error.message);
    if (state !== "ready") return null;
    const { id, layer, coverage, coverage_label: label } = answer.house;
    const was = before && before.id === id && before.layer === layer ? before : null;
    const change = was && was.coverage !== coverage ? t("around.house_changed", { before: was.coverage_label, after: label }) : t(was ? "around.house_same" : "around.house_now", { after: label });
    return el("section", { class: "area", "data-area": "house" }, el("h3", {}, t("around.house")), el("p", { class: was && was.coverage !== coverage && "changed" }, change), el("p", { class: "fine" }, answer.sentence));
  }

  again(asked, text) {
    return el("div", { class: "outcome failed", role: "alert" }, el("p", {}, text), el("button", { type: "button", onclick: () => asked.again() }, t("layers.retry")));
  }
}
