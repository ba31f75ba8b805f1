// The answer on the map: the truck's leg, the stop, the hose's leg, what blocks, and the waters.

import { lonLatToLatLng, mark, rimmedLine } from "./overlay.js";
import { t } from "./page.js";
import { middle, signOf, stretchLine } from "./verdicts.js";

const HOSE = {
  passable: { color: "#0369a1", weight: 4, dashArray: "10 5" },
  unknown: { color: "#b45309", weight: 4, dashArray: "2 8", lineCap: "round" },
};
const WATER_WAY = { color: "#0284c7", weight: 3, dashArray: "2 7" }; // without a rim: it often lies on the way of the truck
const MARKS = { stop: [], possible_stop: ["?", "stop unknown"], water: [], firefighting_point: ["✚", "point"], blocker: [] };
const MOST_PASSED_OVER = 5;

export const hereMark = (place) => mark(place, "", "here", t("place.here"));

/** Water that is not surely reached looks like it, on the map and in the list. */
export const waterKind = (verdict) => (verdict === "passable" ? "rank" : "rank finding unknown");

/** Draw an approach into a layer group. */
export function drawPlan(drawing, answer) {
  const sides = sidesOf(answer.features);
  answer.features.forEach((feature) => drawFeature(drawing, feature, sides[feature.properties.role]));
}

function drawFeature(drawing, { geometry, properties }, side = "") {
  const { role, verdict, sentence } = properties;
  const line = geometry.type === "LineString" ? geometry.coordinates.map(lonLatToLatLng) : null;
  if (role === "truck" && line) drawing.addLayer(stretchLine(line, verdict));
  else if (/hose$/.test(role) && line) drawing.addLayer(rimmedLine(line, role === "hose" ? HOSE[verdict] ?? HOSE.unknown : HOSE.unknown));
  else if (role === "water_way" && line) drawing.addLayer(L.polyline(line, { ...WATER_WAY, interactive: false }));
  if (!(role in MARKS)) return;
  const [text, kind] = markOf(role, verdict);
  drawing.addLayer(mark(middle(geometry), text, `${kind} ${side}`, sentence ?? t(`approach.${role}`)));
}

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

/** Draw sources of water with their ranks, and those passed over; `focus(key)` shows an entry of the list. */
export function drawWaters(drawing, { features, passed_over: passedOver }, focus) {
  for (const { geometry, properties } of features) {
    if (properties.role === "way") drawing.addLayer(L.polyline(geometry.coordinates.map(lonLatToLatLng), { ...WATER_WAY, interactive: false }));
    else if (properties.rank) drawing.addLayer(waterMark(geometry, properties, focus));
  }
  for (const { geometry, properties } of passedOver.slice(0, MOST_PASSED_OVER)) {
    const { reason_label: reason, ref, name } = properties;
    drawing.addLayer(mark(middle(geometry), "✕", "passed-over", `${name || ref}: ${reason}`, () => focus("over")));
  }
}

function waterMark(geometry, { rank, sentence, verdict }, focus) {
  const kind = verdict && verdict !== "passable" ? waterKind(verdict) : rank === 1 ? "rank first" : "rank";
  return mark(middle(geometry), String(rank), kind, sentence, () => focus(`water-${rank}`));
}

const FAR = new Set(["start", "truck", "possible_truck", "water_way", "water"]);

/** The box of what matters of a plan: the drive may begin across the city, what counts is where it ends. */
export function boundsOf(features, place) {
  const bounds = L.latLngBounds([place]);
  for (const { geometry, properties } of features) {
    if (FAR.has(properties.role)) continue;
    (geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates).forEach((position) => bounds.extend(lonLatToLatLng(position)));
  }
  return bounds;
}
