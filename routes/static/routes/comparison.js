// Coverage with a plan beside coverage today: in a sentence, in figures, by ward on the map and in a table, and house by house.

import { Failure } from "../layers/api.js";
import { moment, now, timeOfDay } from "../layers/clock.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { lonLatToLatLng } from "../layers/overlay.js";
import { config, layerById, length, number, t } from "../layers/page.js";
import { csvOf } from "./comparison_file.js";
import { downloadCsv, fileName } from "./csv.js";
import { askInTurn } from "./in_turn.js";
import { directionOf } from "./plan_drawing.js";
import { SortableTable } from "./sortable.js";
import { loadWards, signed } from "./ward_map.js";

export const CLASSES = ["covered", "recorded_only", "not_classifiable", "not_covered"];
const UNITS = ["buildings", "households", "people"];
const SHOWN = ["difference", "plan", "today"];
const VERDICTS = ["passable", "unknown", "blocked"];
const BEYOND = ["beyond_100m", "perhaps_beyond_100m", "beyond_200m", "perhaps_beyond_200m", "beyond_400m", "perhaps_beyond_400m"];

export class Comparison {
  /** `vehicle()` is the one that is chosen, `show(place)` brings a place into view; `fit(geometry)` a ward. */
  constructor({ drawing, wardMap, vehicle, show, fit }) {
    Object.assign(this, { drawing, wardMap, vehicle, bring: show, fit, answer: null, asked: null, unit: "households", shown: "difference", doubts: new Map() });
    this.box = byId("comparison");
  }

  /** Compute a stored plan beside today. */
  async ask(plan, vehicle) {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.asked = { plan, vehicle };
    this.forget();
    this.tell(el("p", { class: "asking" }, t("compare.asking")));
    const query = new URLSearchParams(vehicle ? { vehicle } : {});
    try {
      const answer = await askInTurn(`/api/scenarios/${plan}/compare?${query}`, { signal: request.signal, waits: (reason) => this.tell(el("p", { class: "asking" }, t("turn.waits"), " ", reason)) });
      Object.assign(this, { answer, at: now(), address: `/api/scenarios/${plan}/compare?${query}` });
      this.show();
      say(answer.sentence);
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof Failure)) console.error(error);
      this.tell(el("div", { class: "outcome failed" }, el("strong", {}, t("compare.failed")), el("p", {}, error.message), this.againButton()));
      say(t("compare.failed"));
    }
  }

  forget() {
    Object.assign(this, { answer: null, at: null });
    this.doubts.clear();
    this.drawing.showHouses([]);
    this.wardMap.clear();
    replace(byId("ward-legend"));
  }

  /** Nothing is compared any more. */
  clear() {
    this.request?.abort();
    this.forget();
    this.asked = null;
    replace(this.box);
  }

  /** What speaks against what is shown: `why` is a key, `text` "" when it does so no more. */
  doubt(why, text) {
    if (!this.asked || (this.doubts.get(why) ?? "") === text) return;
    this.doubts[text ? "set" : "delete"](why, text); // also while it is computed: nobody knows which data it saw
    if (!this.answer) return;
    replace(byId("compare-doubts"), ...this.doubtLines());
    if (text) say(text);
  }

  doubtLines() {
    return this.doubts.size === 0 ? [] : [...[...this.doubts.values()].map((text) => el("p", { class: "news" }, text)), this.againButton()];
  }

  againButton() {
    return el("button", { type: "button", "data-key": "compare-again", onclick: () => this.ask(this.asked.plan, this.vehicle()) }, t("compare.again"));
  }

  tell(...nodes) {
    replace(this.box, ...nodes);
  }

  show() {
    const { answer } = this;
    const houses = answer.features.filter(({ properties }) => properties.role === "house");
    this.tell(
      el("h2", { id: "compare-title", tabindex: "-1" }, t("compare.title", { name: answer.scenario.name })),
      el("div", { id: "compare-doubts" }, ...this.doubtLines()),
      el("p", { class: "sentence" }, answer.sentence),
      el("p", { class: "fine" }, t("compare.at", { time: timeOfDay(this.at), version: answer.scenario.version, roads: answer.network_version })),
      answer.outcome !== "no_houses" && this.choices(), answer.outcome !== "no_houses" && this.figures(),
      this.wards(), this.houses(houses), this.rules(), this.files());
    this.drawing.showHouses(houses);
    this.drawWards();
  }

  /** What is counted, and what the map shows. */
  choices() {
    const choose = (member) => ({ target }) => {
      this[member] = target.value;
      this.show();
    };
    const select = (member, values, title) => el("label", {}, title, el("select", { "data-key": `compare-${member}`, onchange: choose(member) },
      ...values.map((value) => el("option", { value, selected: value === this[member] }, t(`compare.${member}.${value}`)))));
    return el("div", { class: "choices" }, select("unit", UNITS, t("compare.unit")), select("shown", SHOWN, t("compare.shown")));
  }

  figures() {
    const { today, plan, trucks } = this.answer;
    const row = (title, before, after, attributes = {}) => el("tr", attributes, el("th", { scope: "row" }, title), ...sides(before, after));
    const head = el("thead", {}, el("tr", {}, el("td", {}), ...["today", "plan", "difference"].map((side) => el("th", { scope: "col" }, t(`compare.${side}`)))));
    const uncounted = this.unit === "buildings" ? null : `buildings_${this.unit}_unknown`;
    const beyond = this.unit === "buildings" ? [] : BEYOND;
    return el("table", { class: "grid figures", "data-table": "figures" }, el("caption", {}, t(`compare.unit.${this.unit}`)), head,
      el("tbody", {}, ...CLASSES.map((each) => row(classOf(each), today[`${this.unit}_${each}`], plan[`${this.unit}_${each}`], { "data-class": each })),
        uncounted && row(t(`compare.uncounted.${this.unit}`), today[uncounted], plan[uncounted])),
      beyond.length > 0 && el("tbody", {}, ...beyond.map((each) => row(t(`compare.${each}`), today[`${this.unit}_${each}`], plan[`${this.unit}_${each}`]))),
      el("tbody", {}, ...VERDICTS.map((verdict) => row(t(`compare.truck.${verdict}`), trucks.today[verdict], trucks.plan[verdict]))));
  }

  wards() {
    const { wards } = this.answer;
    if (wards.length === 0) return null;
    const value = (ward, side, each) => ward[side][`${this.unit}_${each}`];
    const more = (ward) => value(ward, "plan", "covered") - value(ward, "today", "covered");
    const columns = [
      { key: "name", title: t("compare.ward"), text: true, value: nameOf, show: (ward) => this.wardButton(ward) },
      { key: "more", title: t("compare.newly"), value: more, show: (ward) => signed(more(ward)) },
      ...CLASSES.map((each) => ({ key: each, title: classOf(each), value: (ward) => value(ward, "plan", each), show: (ward) => beside(value(ward, "today", each), value(ward, "plan", each)) })),
    ];
    const table = new SortableTable({ name: "wards", caption: t("compare.wards", { unit: t(`compare.unit.${this.unit}`) }), columns, rows: wards, by: this.sorted?.by ?? "more", attributes: ({ ward, differs }) => ({ "data-ward": ward ?? "", class: differs ? "changed" : null }) });
    if (this.sorted && this.sorted.down !== table.down) table.sortBy(table.by);
    this.sorted = table;
    return el("section", {}, table.element);
  }

  wardButton(ward) {
    return el("button", { type: "button", class: "link", "data-key": `ward-${ward.ward}`, onclick: () => this.fitWard(ward.ward) }, nameOf(ward));
  }

  async fitWard(code) {
    const found = (await loadWards().catch(() => [])).find((ward) => ward.code === code);
    if (found) this.fit(found.geometry);
  }

  houses(features) {
    const { changed } = this.answer;
    if (changed.houses === 0) return null;
    const rows = features.map(({ geometry, properties }) => ({ ...properties, place: geometry.coordinates }));
    const side = (name) => ({ key: name, title: t(`compare.${name}`), text: true, value: (row) => row[name].coverage_label, show: (row) => `${row[name].coverage_label}: ${row[name].reason_label}` });
    const columns = [
      { key: "house", title: t("house.title"), value: (row) => row.feature_id, show: (row) => this.houseButton(row) },
      { key: "households", title: t("house.in_it"), value: (row) => row.households, show: (row) => (row.households === null ? "?" : number(row.households)) },
      side("today"), side("plan"),
      { key: "hose", title: t("house.hose"), value: (row) => row.plan.hose_m, show: (row) => (row.plan.hose_m === null ? "–" : length(row.plan.hose_m)) },
    ];
    const table = new SortableTable({ name: "houses", caption: housesOf(this.answer), columns, rows, by: "households", attributes: (row) => ({ "data-direction": directionOf(row) }) });
    return el("details", { class: "card", "data-key": "houses" }, el("summary", {}, housesOf(this.answer)), table.element);
  }

  houseButton(row) {
    const named = `${layerById(row.layer)?.title ?? row.layer} ${row.feature_id}`;
    return el("button", { type: "button", class: "link", "aria-label": t("show_on_map", { name: named }), onclick: () => this.bring(row.place) }, named, row.synthetic && el("span", { class: "badge" }, t("popup.synthetic")));
  }

  rules() {
    const { rules, notes } = this.answer;
    return el("details", { class: "card", "data-key": "rests-on" }, el("summary", {}, t("compare.rests_on")),
      el("ul", { class: "bullets" }, ...notes.map((note) => el("li", {}, note)),
        ...rules.map(({ title, value, unit, instrument, clause }) => el("li", {}, `${title}: ${number(value)} ${unit} – ${instrument}, ${clause}`))));
  }

  files() {
    const save = () => downloadCsv(fileName(this.answer.scenario.name, ".csv"), csvOf(this.answer, { at: moment(this.at), vehicle: this.asked.vehicle }));
    return el("div", { class: "actions" }, el("button", { type: "button", "data-key": "csv", onclick: save }, t("compare.csv")),
      el("a", { class: "button", href: this.address, download: fileName(this.answer.scenario.name, ".geojson") }, t("compare.geojson")));
  }

  /** Wards on the map; where their outlines cannot be read it is said, and the table stands all the same. */
  async drawWards() {
    const { answer, shown, unit } = this;
    try {
      const drawn = await loadWards();
      if (this.answer !== answer || this.shown !== shown || this.unit !== unit) return;
      this.wardMap.show(answer.wards, drawn, { unit, shown });
      replace(byId("ward-legend"), el("h3", {}, t(`compare.shown.${shown}`)), this.wardMap.legend(shown), el("p", { class: "fine" }, t("wards.houses_legend")),
        answer.changed.listed < answer.changed.houses && el("p", { class: "fine" }, housesOf(answer)));
    } catch (error) {
      if (this.answer === answer) replace(byId("ward-legend"), el("p", { class: "reason" }, `${t("wards.failed")} ${error.message}`));
    }
  }
}

/** How many houses change, and how many of them are told one by one. */
const housesOf = ({ changed }) => t("house.changed", { listed: number(changed.listed), count: number(changed.houses) });

const nameOf = ({ name }) => name || t("compare.no_ward");

export const classOf = (coverage) => config.classes[coverage];

const sides = (before, after) => [el("td", {}, number(before)), el("td", {}, number(after)), el("td", { class: before === after ? null : "changed" }, signed(after - before))];

/** "12 → 15", or one number where nothing changes. */
const beside = (before, after) => (before === after ? number(after) : el("span", {}, `${number(before)} → `, el("strong", {}, number(after))));
