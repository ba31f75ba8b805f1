// What else is known of a chosen place: its facility card, public firefighting points around it, open reports.

import { Asked } from "./asked.js";
import { byId, el, replace } from "./dom.js";
import { config, layerById, length, t } from "./page.js";
import { lonLatToLatLng } from "./overlay.js";
import { featureRows, titleOf } from "./popup.js";
import { boxAround, question } from "./question.js";
import { middle } from "./verdicts.js";

const [AT_THE_PLACE_M, AROUND_M, MOST_POINTS] = [25, 500, 3];

export class Around {
  /** `look(latlng)` brings a place into view. */
  constructor(look) {
    this.look = look;
    this.parts = Object.entries({
      facilities: [AT_THE_PLACE_M, 10, (answer) => this.showFacility(answer)],
      "public-firefighting-points": [AROUND_M, 100, (answer) => this.showPoints(answer)],
    }).filter(([id]) => layerById(id)).map(([id, [metres, limit, show]]) => ({
      id, metres, limit, asked: new Asked(({ state, answer }) => show(state === "ready" ? answer : null, state)),
    }));
  }

  ask({ keep = false, only = null } = {}) {
    for (const part of this.parts) if (!only || only.includes(part.id)) part.asked.ask(addressOf(part), { keep });
  }

  forget() {
    this.parts.forEach(({ asked }) => asked.forget());
    replace(byId("facility"));
    replace(byId("points"));
  }

  retry() {
    this.parts.forEach(({ asked }) => asked.retry());
  }

  /** Somebody edited these layers; null: nobody knows which. */
  heard(layers) {
    if (question.place) this.ask({ keep: true, only: layers });
  }

  showFacility(answer, state) {
    const layer = layerById("facilities");
    const nearest = answer ? sorted(answer.features)[0] : null;
    const failed = state === "failed" && el("p", { class: "note failed" }, `${layer.title}: ${t("layers.failed")}`);
    replace(byId("facility"), failed, nearest && card(layer, nearest));
  }

  showPoints(answer, state) {
    const layer = layerById("public-firefighting-points");
    if (!answer) return replace(byId("points"), state === "failed" && el("p", { class: "note failed" }, `${layer.title}: ${t("layers.failed")}`));
    const near = sorted(answer.features).filter((feature) => metresTo(feature) <= AROUND_M).slice(0, MOST_POINTS);
    const none = near.length === 0 && el("p", { class: "fine" }, t("points.none", { distance: length(AROUND_M) }));
    return replace(byId("points"), el("h2", {}, t("points.title")), none,
      el("ul", { class: "findings" }, ...near.map((feature) => this.point(layer, feature))));
  }

  point(layer, feature) {
    return el("li", {}, el("button", { type: "button", class: "entry", "data-key": `point/${feature.id}`, onclick: () => this.look(middle(feature.geometry)) },
      el("span", { class: "rank point", "aria-hidden": "true" }, "✚"),
      el("span", { class: "what" }, el("strong", {}, titleOf(layer, feature.properties)), el("span", { class: "fine" }, summaryOf(layer, feature.properties))),
      el("span", { class: "far" }, el("span", { class: "only" }, length(metresTo(feature))), el("span", { class: "fine" }, t("waters.line")))));
  }
}

function addressOf({ id, metres, limit }) {
  const dated = layerById(id).dated ? { datetime: config.today } : {};
  return `${layerById(id).items}?${new URLSearchParams({ bbox: boxAround(question.place, metres), limit, ...dated })}`;
}

/** Metres in a straight line from the place; nothing where the place lies inside. */
function metresTo({ geometry }) {
  const corners = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 1);
  return Math.min(...corners.map((corner) => question.place.distanceTo(lonLatToLatLng(corner))));
}

const sorted = (features) => features.filter(({ geometry }) => geometry).map((feature) => [isChosen(feature) ? -1 : metresTo(feature), feature])
  .sort(([a], [b]) => a - b).map(([, feature]) => feature);

const isChosen = ({ properties }) => question.about?.layer === "facilities" && question.about.ref === properties.ref;

/** The facility's card; the server sends no field that its reader may not see. */
function card(layer, feature) {
  const metres = metresTo(feature);
  return el("details", { class: "card", "data-key": "facility", open: true },
    el("summary", { "data-key": "facility-summary" }, el("strong", {}, titleOf(layer, feature.properties)),
      feature.properties.synthetic && el("span", { class: "badge" }, t("popup.synthetic")),
      !isChosen(feature) && metres >= 1 && el("span", { class: "fine" }, t("facility.beside", { distance: length(metres) }))),
    featureRows(layer, feature.properties, { unknown: false }));
}

/** The status or class of a feature, and the day of it. */
function summaryOf(layer, properties) {
  const field = layer.fields.find(({ name }) => name === layer.style.by);
  return [field && (field.choices[properties[field.name]] ?? properties[field.name]), properties.address].filter(Boolean).join(" · ");
}
