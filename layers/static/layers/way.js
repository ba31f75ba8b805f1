// "Can this vehicle get through?": draw a way, ask, draw the verdict. Not known is shown as not known.

import { Failure, ask } from "./api.js";
import { byId, el, replace } from "./dom.js";
import { lonLatToLatLng, mark, rimmedLine, show } from "./overlay.js";
import { config, length, number, t } from "./page.js";
import { question } from "./question.js";
import { loadVehicles, onVehicle } from "./vehicles.js";
import { findingParts, middle, signOf, stretchLine } from "./verdicts.js";

const showAnswer = (...nodes) => replace(byId("way-answer"), ...nodes);

export class WayCheck {
  constructor(map) {
    this.map = map;
    this.points = [];
    this.sketch = L.layerGroup().addTo(map);
    this.result = L.layerGroup().addTo(map);
    byId("way-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish();
    });
    for (const [id, act] of [["way-undo", () => this.undo()], ["way-clear", () => this.clear()]]) byId(id).addEventListener("click", act);
    for (const id of ["way-finish", "way-undo", "way-clear"]) byId(id).textContent = t(id.replace("way-", "way."));
    onVehicle(() => this.asked && this.check());
    byId("way-mode").addEventListener("change", () => this.asked && this.check());
    this.update();
  }

  async enter() {
    try {
      await loadVehicles();
    } catch (error) {
      this.fail(t("way.vehicles_failed"), error, () => this.enter());
    }
  }

  add(latlng) {
    if (this.asked) this.clear();
    const place = latlng.wrap();
    // A double click is two clicks at one place.
    if (this.points.length && this.points.at(-1).distanceTo(place) < 0.5) return;
    this.points.push(place);
    this.update();
  }

  undo() {
    if (this.asked) return;
    this.points.pop();
    this.update();
  }

  clear() {
    this.request?.abort();
    Object.assign(this, { points: [], asked: false, cursor: null });
    this.result.clearLayers();
    showAnswer();
    this.update();
  }

  /** Follow the pointer with the stretch that the next click would add. */
  follow(latlng) {
    if (this.asked || this.points.length === 0) return;
    this.cursor = latlng;
    this.rubber?.setLatLngs([this.points.at(-1), latlng]);
  }

  finish() {
    if (this.points.length > 1 && !this.asked) this.check();
  }

  update() {
    this.sketch.clearLayers();
    const metres = this.points.slice(1).reduce((sum, point, i) => sum + this.points[i].distanceTo(point), 0);
    byId("drawn").textContent = this.points.length ? t("way.points", { count: this.points.length, length: length(metres) }) : "";
    byId("way-finish").disabled = this.points.length < 2 || this.asked === true;
    byId("way-undo").disabled = this.points.length === 0 || this.asked === true;
    byId("way-clear").disabled = this.points.length === 0;
    if (this.points.length === 0 || this.asked) return;
    this.sketch.addLayer(rimmedLine(this.points, { color: "#1c2a33", weight: 3 }));
    this.points.forEach((point) => this.sketch.addLayer(L.circleMarker(point, { radius: 4, color: "#1c2a33", fillColor: "#fff", fillOpacity: 1, weight: 2, interactive: false })));
    this.rubber = L.polyline([this.points.at(-1), this.cursor ?? this.points.at(-1)], { color: "#1c2a33", weight: 2, dashArray: "2 6", interactive: false });
    this.sketch.addLayer(this.rubber);
  }

  async check() {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.asked = true;
    this.update();
    this.result.clearLayers();
    this.result.addLayer(rimmedLine(this.points, { color: "#6b7280", weight: 3 }));
    showAnswer(el("p", { class: "asking" }, t("way.asking")));
    try {
      this.answer(await ask("/api/passability", { signal: request.signal, body: this.question() }));
    } catch (error) {
      if (!request.signal.aborted) this.fail(t("way.failed"), error, () => this.check());
    }
  }

  question() {
    const coordinates = this.points.map(({ lng, lat }) => [lng, lat].map((degrees) => Number(degrees.toFixed(7))));
    return { geometry: { type: "LineString", coordinates }, vehicle: question.vehicle, mode: byId("way-mode").value };
  }

  fail(title, error, again) {
    if (!(error instanceof Failure)) console.error(error);
    showAnswer(el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, title), el("p", {}, error.message),
      el("button", { type: "button", onclick: again }, t("layers.retry"))));
  }

  answer(answer) {
    this.result.clearLayers();
    answer.stretches.forEach(({ geometry, properties }) => this.result.addLayer(stretchLine(geometry.coordinates.map(lonLatToLatLng), properties.verdict)));
    answer.features.filter(matters).forEach((finding) => this.drawFinding(finding));
    showAnswer(verdictCard(answer), findingList(answer.features, this.map), basis(answer), notChecked(answer));
    show(this.map, L.latLngBounds(this.points));
  }

  drawFinding({ geometry, properties }) {
    const { order, verdict, sentence } = properties;
    this.result.addLayer(mark(middle(geometry), String(order), `finding ${verdict}`, sentence, () => focusFinding(order)));
  }
}

function verdictCard({ verdict, sentence, length_m: metres, unmatched_m: unmatched, blocked_at_m: blockedAt }) {
  const facts = [
    t("way.length", { length: length(metres) }),
    blockedAt != null && t("way.blocked_at", { at: length(blockedAt) }),
    unmatched >= 1 && t("way.unmatched", { length: length(unmatched) }),
  ].filter(Boolean);
  return el("div", { class: `verdict ${verdict}` }, el("span", { class: "sign", "aria-hidden": "true" }, signOf(verdict)),
    el("div", {}, el("strong", {}, t(`verdict.${verdict}`)), el("p", {}, sentence || t(`verdict.${verdict}.hint`)), el("p", { class: "fine" }, facts.join(" · "))));
}

/** What was looked at and lets the vehicle through is told when asked for; a rule that it breaks is told at once. */
const matters = ({ properties: { verdict, dimension } }) => verdict !== "passable" || dimension === "legal";

function findingList(findings, map) {
  const entry = (finding) => el("li", { id: `finding-${finding.properties.order}` },
    el("button", { type: "button", class: "entry", onclick: () => map.panTo(middle(finding.geometry)) }, ...findingParts(finding.properties)));
  const [heeded, passable] = [findings.filter(matters), findings.filter((finding) => !matters(finding))];
  return el("section", {}, el("h2", {}, t("way.findings")),
    heeded.length ? el("ol", { class: "findings" }, ...heeded.map(entry)) : el("p", {}, t("way.no_findings")),
    passable.length > 0 && el("details", { class: "over" }, el("summary", {}, t("way.passable_findings", { count: number(passable.length) })),
      el("ol", { class: "findings" }, ...passable.map(entry))));
}

function basis({ metres_by_evidence: metres }) {
  const rows = Object.entries(metres ?? {}).filter(([, m]) => m > 0)
    .map(([evidence, m]) => el("tr", {}, el("th", { scope: "row" }, t(`evidence.${evidence}`)), el("td", {}, length(m))));
  return rows.length ? el("details", { class: "basis", open: true }, el("summary", {}, t("way.evidence")), el("table", {}, el("tbody", {}, ...rows))) : "";
}

function notChecked({ not_checked: subjects = [] }) {
  const known = subjects.filter((subject) => `way.not_checked.${subject}` in config.texts);
  return known.length ? el("p", { class: "fine" }, ...known.map((subject) => t(`way.not_checked.${subject}`))) : "";
}

function focusFinding(order) {
  const entry = byId(`finding-${order}`);
  entry?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  entry?.querySelector("button")?.focus({ preventScroll: true });
}
