// What is due for a look near a place: nearest first, each with the reason, as a list and on the map.

import { Asked } from "../layers/asked.js";
import { daysAgo } from "../layers/clock.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { lonLatToLatLng, mark } from "../layers/overlay.js";
import { day, layerById, length, number, t } from "../layers/page.js";

const WITHIN_M = [1_000, 5_000, 20_000];
const [STEP, MOST] = [20, 200];

export class DueList {
  /** `choose(key, feature)` opens a source. */
  constructor(map, { choose }) {
    Object.assign(this, { map, choose, place: null, wide: 0, limit: STEP });
    this.drawing = L.layerGroup().addTo(map);
    this.asked = new Asked(() => this.show());
  }

  /** Ask around another place. */
  around(place) {
    Object.assign(this, { place, wide: 0, limit: STEP });
    this.asked.forget();
    this.ask();
  }

  clear() {
    this.place = null;
    this.asked.forget();
    this.show();
  }

  ask({ keep = false } = {}) {
    if (!this.place) return;
    const { lng, lat } = this.place;
    const query = new URLSearchParams({ lon: lng.toFixed(7), lat: lat.toFixed(7), limit: this.limit, max_distance_m: WITHIN_M[this.wide] });
    this.asked.ask(`/api/inspections-due?${query}`, { keep });
  }

  /** Somebody edited something: what is shown stays until there is another answer. */
  heard() {
    this.ask({ keep: true });
  }

  show() {
    const { state, answer, error, missed } = this.asked;
    const features = answer?.features ?? [];
    this.drawing.clearLayers();
    features.forEach((feature, i) => this.drawing.addLayer(this.markOf(feature, i)));
    replace(byId("due"),
      state === "asking" && el("p", { class: "asking" }, t("due.asking")),
      state === "failed" && this.failed("due.failed", error),
      state === "ready" && missed && this.failed("due.old", error),
      state === "ready" && el("p", { class: "fine" }, this.count(features)),
      features.length > 0 && el("ol", { class: "sources" }, ...features.map((feature, i) => this.entry(feature, i))),
      state === "ready" && this.more(features));
    if (state === "ready") say(this.count(features));
  }

  count(features) {
    const within = length(WITHIN_M[this.wide]);
    const told = { count: number(features.length), distance: within };
    return features.length === 0 ? t("due.none", told) : features.length < this.limit ? t("due.count", told) : t("due.nearest", told);
  }

  failed(key, error) {
    return el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, t(key)), el("p", {}, error?.message),
      el("button", { type: "button", "data-key": "due-again", onclick: () => this.ask({ keep: true }) }, t("layers.retry")));
  }

  /** More of them where the list is full, else farther away. */
  more(features) {
    const full = features.length >= this.limit && this.limit < MOST;
    if (!full && this.wide === WITHIN_M.length - 1) return null;
    const wider = () => {
      if (full) this.limit = Math.min(MOST, this.limit * 2);
      else this.wide += 1;
      this.ask();
    };
    const text = full ? t("due.more") : t("due.farther", { distance: length(WITHIN_M[this.wide + 1]) });
    return el("button", { type: "button", "data-key": "due-more", onclick: wider }, text);
  }

  markOf({ id, geometry, properties }, i) {
    return mark(lonLatToLatLng(geometry.coordinates), String(i + 1), "due", properties.name, () => this.choose(id, { properties, geometry }));
  }

  entry({ id, geometry, properties }, i) {
    const { name, layer, address, status_label: status, distance_m: metres, synthetic } = properties;
    return el("li", {}, el("button", { type: "button", class: "entry", "data-key": id, onclick: () => this.choose(id, { properties, geometry }) },
      el("span", { class: "rank", "aria-hidden": "true" }, String(i + 1)),
      el("span", { class: "what" }, el("strong", {}, name, synthetic && el("span", { class: "badge" }, t("popup.synthetic"))),
        el("span", { class: "kind" }, [layerById(layer)?.title, status, address].filter(Boolean).join(" · ")), el("span", {}, dueReason(properties))),
      el("span", { class: "far" }, el("strong", {}, length(metres)), el("span", { class: "fine" }, t("waters.line")))));
  }
}

/** Why a source is due: "its period is over, since 03/05/2026 (6 months ago)". */
export function dueReason({ due_because: because, due_because_label: label, due_on: due }) {
  return because === "period_over" ? t("due.since", { reason: label, date: day(due), ago: daysAgo(due) }) : label;
}
