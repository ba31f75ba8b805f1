// "Where is the nearest water?": ask, draw, list. No water in reach, none usable, none known and a failed look-up are four answers.

import { Failure, ask } from "./api.js";
import { byId, el, showAnswer } from "./dom.js";
import { lonLatToLatLng, mark, rimmedLine, show } from "./overlay.js";
import { day, layerById, length, number, t } from "./page.js";

const LIMIT = 5;

export class NearestWater {
  constructor(map) {
    this.map = map;
    this.drawing = L.layerGroup().addTo(map);
    this.request = null;
    // A changed demand asks again; it is a form so that Enter does, too.
    byId("nearest-form").addEventListener("submit", (event) => event.preventDefault());
    byId("min-flow").addEventListener("change", () => this.place && this.ask(this.place));
  }

  clear() {
    this.request?.abort();
    this.drawing.clearLayers();
    this.place = null;
  }

  async ask(place) {
    this.clear();
    this.place = place.wrap();
    const request = (this.request = new AbortController());
    this.drawing.addLayer(mark(this.place, "", "here", t("nearest.here")));
    showAnswer(el("p", { class: "asking" }, t("nearest.asking")));
    try {
      const answer = await ask(this.address(), { signal: request.signal });
      this.answer(answer);
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof Failure)) console.error(error);
      this.fail(error.message);
    }
  }

  address() {
    const params = new URLSearchParams({ lon: this.place.lng.toFixed(7), lat: this.place.lat.toFixed(7), mode: "straight", limit: LIMIT });
    const flow = byId("min-flow").valueAsNumber;
    if (flow > 0) params.set("min_flow_lps", flow);
    return `/api/nearest-water?${params}`;
  }

  answer(answer) {
    answer.features.forEach((source) => this.drawChosen(source));
    answer.passed_over.forEach((source) => this.drawPassedOver(source));
    showAnswer(...[...OUTCOMES[answer.outcome](answer), this.chosenList(answer), this.passedOverList(answer)].filter(Boolean));
    const places = [...answer.features, ...answer.passed_over.slice(0, LIMIT)].map(placeOf);
    show(this.map, L.latLngBounds([this.place, ...places]));
  }

  fail(reason) {
    const again = el("button", { type: "button", onclick: () => this.ask(this.place) }, t("layers.retry"));
    showAnswer(el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, t("nearest.failed")), el("p", {}, reason), again));
  }

  drawChosen(source) {
    const { rank, sentence } = source.properties;
    const style = { color: "#075985", weight: rank === 1 ? 5 : 2.5 };
    this.drawing.addLayer(rimmedLine([this.place, placeOf(source)], style));
    this.drawing.addLayer(mark(placeOf(source), String(rank), rank === 1 ? "rank first" : "rank", sentence, () => focusEntry(rank)));
  }

  drawPassedOver(source) {
    const { reason_label: reason, ref, name } = source.properties;
    this.drawing.addLayer(mark(placeOf(source), "✕", "passed-over", `${name || ref}: ${reason}`, () => focusEntry("over")));
  }

  chosenList({ features }) {
    if (features.length === 0) return null;
    return el("ol", { class: "sources" }, ...features.map((source) => this.entry(source, chosenFacts(source.properties))));
  }

  passedOverList({ outcome, passed_over: sources, passed_over_count: count }) {
    if (count === 0) return null;
    const key = outcome === "none_usable" ? "nearest.passed_over.none_usable" : "nearest.passed_over";
    const entries = sources.map((source) => this.entry(source, [el("span", { class: "reason" }, source.properties.reason_label)]));
    const more = count > sources.length ? el("p", {}, t("nearest.more_passed_over", { count: number(count - sources.length) })) : null;
    return el("details", { class: "over", id: "entry-over", open: count <= LIMIT || outcome === "none_usable" },
      el("summary", {}, t(key, { count: number(count) })), el("ul", { class: "sources" }, ...entries), more);
  }

  entry(source, facts) {
    const { rank, kind, kind_label: kindLabel, name, ref, layer, distance_m: metres, compass, hose_count: hoses } = source.properties;
    // "Not known" beside the name would be read as the status.
    const title = [layerById(layer)?.title, kind !== "unknown" && kindLabel].filter(Boolean).join(" · ");
    const button = el("button", { type: "button", class: "entry", onclick: () => this.map.panTo(placeOf(source)) },
      el("span", { class: rank ? "rank" : "rank over" }, rank ? String(rank) : "✕"),
      el("span", { class: "what" }, el("strong", {}, name || ref), el("span", { class: "kind" }, title), ...facts),
      el("span", { class: "far" }, el("strong", {}, length(metres)), arrow(source.properties, compass),
        rank ? el("span", {}, t("nearest.hoses", { count: number(hoses) })) : null));
    return el("li", { id: rank ? `entry-${rank}` : null }, button);
  }
}

const OUTCOMES = {
  found: () => [el("h2", {}, t("nearest.found")), el("p", { class: "fine" }, t("nearest.straight"))],
  none_in_reach: ({ question, beyond }) => [outcome("none_in_reach", { distance: length(question.max_distance_m), sentence: beyond.properties.sentence })],
  none_usable: () => [outcome("none_usable")],
  no_source: () => [outcome("no_source")],
};

const outcome = (key, facts = {}) => el("div", { class: `outcome ${key}` },
  el("strong", {}, t(`nearest.${key}`, facts)), el("p", {}, t(`nearest.${key}.hint`, facts)));

function chosenFacts({ flow_lps: flow, flow_state: state, flow_measured_on: on, volume_m3: volume, status_label: status, status_on: asOf, address }) {
  const measured = () => (on ? t("nearest.flow_on", { flow: number(flow), date: day(on) }) : t("nearest.flow", { flow: number(flow) }));
  const known = state === "measured";
  return [
    el("span", { class: known ? "flow" : "flow unknown" }, known ? measured() : t("nearest.flow_unknown")),
    volume != null && el("span", {}, t("nearest.volume", { volume: number(volume) })),
    el("span", { class: "fine" }, asOf ? t("nearest.status_on", { status, date: day(asOf) }) : status),
    address && el("span", { class: "fine" }, address),
  ];
}

const ROSE = Object.fromEntries(["N", "NE", "E", "SE", "S", "SW", "W", "NW"].map((point) => [point, `compass.${point}`]));

/** The direction as an arrow and as the letters of the compass. */
function arrow({ bearing_deg: bearing }, compass) {
  if (bearing == null) return null;
  const canvas = el("canvas", { width: "28", height: "28", class: "arrow", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.translate(14, 14);
  context.rotate((bearing * Math.PI) / 180);
  // Notched at its foot: a plain triangle points three ways.
  context.fillStyle = "#075985";
  context.fill(new Path2D("M0 -13 L9 11 L0 5 L-9 11 Z"));
  return el("span", { class: "compass" }, canvas, compass in ROSE ? t(ROSE[compass]) : compass);
}

const placeOf = (source) => lonLatToLatLng(source.geometry.coordinates);

function focusEntry(key) {
  const entry = byId(`entry-${key}`);
  if (key === "over" && entry) entry.open = true;
  entry?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  entry?.querySelector("button, summary")?.focus({ preventScroll: true });
}
