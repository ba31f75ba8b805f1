// "How far does this vehicle get, and how much hose is left?": ask, draw the plan, and keep it true while others edit.

import { Failure, ask } from "./api.js";
import { byId, el, showAnswer } from "./dom.js";
import { NetworkWatch } from "./live.js";
import { lonLatToLatLng, mark, rimmedLine } from "./overlay.js";
import { length, number, t } from "./page.js";
import { chooseVehicle, chosenVehicle, loadVehicles, onVehicle } from "./vehicles.js";
import { findingParts, middle, signOf, stretchLine } from "./way.js";

const HOSE = {
  passable: { color: "#0369a1", weight: 4, dashArray: "10 5" },
  unknown: { color: "#b45309", weight: 4, dashArray: "2 8", lineCap: "round" },
};
const WATER_WAY = { color: "#0284c7", weight: 3, dashArray: "2 7" }; // without a rim: it often lies on the way of the truck
const MARKS = { stop: [], possible_stop: ["?", "stop unknown"], water: [], firefighting_point: ["✚", "point"], blocker: [] };

export class ApproachPlan {
  constructor(map) {
    this.map = map;
    this.drawing = L.layerGroup().addTo(map);
    this.watch = new NetworkWatch({ changed: () => this.renew(), state: (lost) => this.tellState(lost) });
    byId("vehicle-form").addEventListener("submit", (event) => event.preventDefault());
    onVehicle(() => this.place && this.ask(this.place));
  }

  async enter() {
    try {
      await loadVehicles();
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      this.fail(t("way.vehicles_failed"), error, () => this.enter());
    }
  }

  clear() {
    this.request?.abort();
    this.watch.stop();
    this.drawing.clearLayers();
    this.place = null;
  }

  ask(place) {
    this.clear();
    this.place = place.wrap();
    this.drawing.addLayer(mark(this.place, "", "here", t("approach.here")));
    showAnswer(el("p", { class: "asking" }, t("approach.asking")));
    return this.look((answer) => this.answer(answer), (error) => this.fail(t("approach.failed"), error, () => this.ask(this.place)));
  }

  /** Somebody edited: ask again in silence, and say that the plan is another one. */
  renew() {
    return this.look((answer) => this.answer(answer, t("approach.renewed", { time: new Date().toLocaleTimeString() })), () => this.watch.missed());
  }

  async look(then, failed) {
    this.request?.abort();
    const request = (this.request = new AbortController());
    try {
      await loadVehicles();
      then(await ask(this.address(), { signal: request.signal }));
    } catch (error) {
      if (!(error instanceof Failure || request.signal.aborted)) console.error(error);
      if (!request.signal.aborted) failed(error);
    }
  }

  address() {
    const to = [this.place.lng, this.place.lat].map((degrees) => degrees.toFixed(7)).join(",");
    return `/api/approach?${new URLSearchParams({ to, vehicle: chosenVehicle() })}`;
  }

  fail(title, error, again) {
    showAnswer(el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, title), el("p", {}, error.message),
      el("button", { type: "button", onclick: again }, t("layers.retry"))));
  }

  answer(answer, news) {
    this.known = answer;
    this.show(answer, news && el("p", { class: "news", role: "status" }, news));
    if (!news) this.map.fitBounds(boundsOf(answer.features).extend(this.place), { padding: [48, 48], maxZoom: Math.max(this.map.getZoom(), 18) });
    this.watch.follow(answer);
  }

  /** While nobody can check it, the plan stays as one of which nothing is sure, and says since when. */
  tellState(lost) {
    if (!lost) return this.show(this.known);
    const text = t("approach.lost", { time: new Date().toLocaleTimeString() });
    this.show(doubted(this.known), el("p", { id: "connection", class: "news lost", role: "alert" }, text));
  }

  show(answer, news) {
    this.drawing.clearLayers();
    this.drawing.addLayer(mark(this.place, "", "here", t("approach.here")));
    const sides = sidesOf(answer.features);
    answer.features.forEach((feature) => this.draw(feature, sides[feature.properties.role]));
    const waits = answer.rebuilding && el("p", { id: "rebuilding", class: "news", role: "status" }, t("approach.rebuilding"));
    showAnswer(...[news, waits, planCard(answer), ...this.parts(answer)].filter(Boolean));
  }

  draw({ geometry, properties }, side = "") {
    const { role, verdict, sentence } = properties;
    const line = geometry.type === "LineString" ? geometry.coordinates.map(lonLatToLatLng) : null;
    if (role === "truck" && line) this.drawing.addLayer(stretchLine(line, verdict));
    else if (/hose$/.test(role) && line) this.drawing.addLayer(rimmedLine(line, role === "hose" ? HOSE[verdict] ?? HOSE.unknown : HOSE.unknown));
    else if (role === "water_way" && line) this.drawing.addLayer(L.polyline(line, { ...WATER_WAY, interactive: false }));
    if (!(role in MARKS)) return;
    const [text, kind] = markOf(role, verdict);
    this.drawing.addLayer(mark(middle(geometry), text, `${kind} ${side}`, sentence ?? t(`approach.${role}`)));
  }

  parts(answer) {
    const by = (role) => answer.features.filter(({ properties }) => properties.role === role);
    return [
      doubts(answer),
      section("approach.stops_it", by("blocker").map((finding) => this.entry(finding, findingParts({ ...finding.properties, order: signOf(finding.properties.verdict) })))),
      section("approach.possible_stop", by("possible_stop").map((stop) => this.told(stop, "?", "rank finding unknown"))),
      section("approach.turning", by("reverse").map((turn) => this.told(turn, "↺", "rank"))),
      section("approach.water", by("water").map((source) => this.told(source, "W", waterKind(source.properties.verdict)))),
      section("approach.firefighting_point", by("firefighting_point").map((point) => this.told(point, "✚", "rank point"))),
      matrix(answer.matrix ?? []),
      el("p", { class: "fine" }, t("approach.live")),
    ];
  }

  told(feature, sign, kind) {
    return this.entry(feature, [el("span", { class: kind }, sign), el("span", { class: "what" }, el("span", {}, feature.properties.sentence))]);
  }

  entry({ geometry }, parts) {
    return el("li", {}, el("button", { type: "button", class: "entry", onclick: () => this.map.panTo(middle(geometry)) }, ...parts));
  }
}

/** What the vehicle does, and in large type what is left for people to do. */
function planCard({ outcome, verdict, sentence, stale, stale_reason: reason, features }) {
  const hose = features.find(({ properties }) => properties.role === "hose")?.properties;
  const facts = hose ? [
    t("approach.by_hand", { minutes: minutes(hose.lay_by_hand_s) }), t("approach.with_cart", { minutes: minutes(hose.lay_with_cart_s) }),
  ] : [];
  const sign = verdict === "passable" && outcome === "stop" ? "■" : signOf(verdict);
  return el("div", { class: `verdict ${verdict} ${outcome}` }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("div", {}, el("strong", {}, t(`approach.outcome.${outcome}`)),
      hose && el("span", { class: "left" }, t("approach.left", { length: length(hose.metres), hoses: number(hose.hoses) })),
      el("p", {}, sentence), stale && el("p", {}, reason || t("approach.stale")), el("p", { class: "fine" }, facts.join(" · "))));
}

/** Water that is not surely reached looks like it, on the map and in the list. */
const waterKind = (verdict) => (verdict === "passable" ? "rank" : "rank finding unknown");

/** The mark on the map: a stop that is not sure looks like one. */
function markOf(role, verdict) {
  if (role === "blocker") return [signOf(verdict), `finding ${verdict}`];
  if (role === "stop") return verdict === "passable" ? ["■", "stop"] : [signOf(verdict), "stop unknown"];
  return role === "water" ? ["W", waterKind(verdict)] : MARKS[role];
}

/** The truck stops at what stops it: side by side the marks point at the place, the stop's from where the truck comes. */
function sidesOf(features) {
  const of = (wanted) => features.find(({ properties }) => properties.role === wanted);
  const [stop, blocker] = [of("stop") ?? of("possible_stop"), of("blocker")];
  if (!stop || !blocker) return {};
  const westward = middle(blocker.geometry).lng < middle(stop.geometry).lng;
  return { [stop.properties.role]: westward ? "right" : "left", blocker: westward ? "left" : "right" };
}

/** Take passable back everywhere: something may stand there by now. */
function doubted(answer) {
  const doubt = (told) => (told.verdict === "passable" ? { ...told, verdict: "unknown" } : told);
  const features = answer.features.map((feature) => ({ ...feature, properties: doubt(feature.properties) }));
  return { ...doubt(answer), features, matrix: answer.matrix.map(doubt) };
}

/** What is to know and stands in no other part of the answer. */
function doubts({ sentences, features }) {
  const told = new Set(features.map(({ properties }) => properties.sentence));
  const left = sentences.filter((sentence) => !told.has(sentence));
  return left.length > 0 ? el("ul", { class: "doubts" }, ...left.map((sentence) => el("li", {}, sentence))) : null;
}

const minutes = (seconds) => number(Math.max(1, Math.round(seconds / 60)));

const section = (title, entries) => (entries.length > 0 ? el("section", {}, el("h2", {}, t(title)), el("ul", { class: "findings" }, ...entries)) : null);

/** How deep each vehicle gets; choosing a row asks for it. */
function matrix(rows) {
  if (rows.length === 0) return null;
  const row = ({ vehicle, name, outcome, verdict, hose_m: hose, hoses, exceeds, drive_s: drive }) => el("tr", { class: vehicle === chosenVehicle() ? "chosen" : null },
    el("th", { scope: "row" }, el("button", { type: "button", onclick: () => chooseVehicle(vehicle) }, name)),
    el("td", {}, `${signOf(verdict)} ${t(`approach.outcome.${outcome}`)}`),
    el("td", {}, hose == null ? "–" : `${length(hose)} (${number(hoses)})${exceeds == null ? "*" : ""}`, exceeds && el("span", { class: "short" }, t("approach.exceeds"))),
    el("td", {}, drive == null ? "–" : t("approach.minutes", { minutes: minutes(drive) })));
  return el("details", { class: "basis matrix", open: true }, el("summary", {}, t("approach.matrix")),
    el("table", {}, el("thead", {}, el("tr", {}, ...["vehicle", "outcome", "hose", "drive"].map((key) => el("th", { scope: "col" }, t(`approach.matrix.${key}`))))),
      el("tbody", {}, ...rows.map(row))),
    rows.some(({ hose_m: hose, exceeds }) => hose != null && exceeds == null) && el("p", { class: "fine" }, t("approach.load_unknown")));
}

const FAR = new Set(["start", "truck", "possible_truck", "water_way", "water"]);

function boundsOf(features) {
  const bounds = L.latLngBounds([]);
  for (const { geometry, properties } of features) {
    // The drive may begin across the city: what matters is where it ends.
    if (FAR.has(properties.role)) continue;
    (geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates).forEach((position) => bounds.extend(lonLatToLatLng(position)));
  }
  return bounds;
}
