// A verdict has three values, and looks like it: on the map and in lists, without relying on colour.

import { daysAgo } from "./clock.js";
import { el } from "./dom.js";
import { lonLatToLatLng, rimmedLine } from "./overlay.js";
import { day, length, number, t } from "./page.js";

const SIGNS = { passable: "✓", blocked: "✕" };

/** The sign of a verdict; whatever is not known to be one of the two is unknown. */
export const signOf = (verdict) => SIGNS[verdict] ?? "?";

// Three patterns that stay apart without colour: a full line, a ladder of bars, a row of dots.
const STRETCH = {
  passable: [{ color: "#15803d", weight: 7 }],
  blocked: [{ color: "#b91c1c", weight: 10 }, { color: "#fff", weight: 6, dashArray: "3 5" }],
  unknown: [{ color: "#b45309", weight: 7, dashArray: "1 10", lineCap: "round" }],
};

/** A stretch of way as its verdict is drawn. */
export function stretchLine(latlngs, verdict) {
  const [first, ...more] = STRETCH[verdict] ?? STRETCH.unknown;
  return L.layerGroup([rimmedLine(latlngs, first), ...more.map((style) => L.polyline(latlngs, { interactive: false, lineCap: "butt", ...style }))]);
}

export function middle({ type, coordinates }) {
  return lonLatToLatLng(type === "Point" ? coordinates : coordinates[Math.floor(coordinates.length / 2)]);
}

/** What one finding says, with its measures, its evidence and its age. */
export function findingParts(finding) {
  const { order, verdict, sentence, kind_label: kind, name, from_m: from, to_m: to } = finding;
  const where = to - from >= 1 ? t("way.from_to", { from: length(from), to: length(to) }) : t("way.at", { at: length(from) });
  return [
    el("span", { class: `rank finding ${verdict}`, "aria-hidden": "true" }, String(order)),
    el("span", { class: "what" },
      el("span", {}, el("strong", {}, `${signOf(verdict)} ${t(`verdict.${verdict}`)}`), " ", el("span", { class: "kind" }, [kind, name, where].filter(Boolean).join(" · "))),
      el("span", {}, sentence), measures(finding), el("span", { class: "fine" }, evidenceOf(finding))),
  ];
}

/** What a fact rests on, and how old it is: "surveyed, observed on 04/05/2026 (6 months ago), by …". */
export function evidenceOf({ evidence, observed_on: observed, observed_by: by }) {
  const seen = observed && t("way.observed_on", { date: day(observed) });
  return [evidence && t(`evidence.${evidence}`), seen && `${seen} (${daysAgo(observed)})`, by].filter(Boolean).join(", ");
}

/** Needed, there, margin; what nobody measured is said, not left out. */
function measures({ required, available, margin, unit }) {
  if (required == null) return null;
  const inUnit = (value) => (value == null ? t("way.unknown_value") : `${number(value)} ${unit ?? ""}`);
  const cell = (key, text, kind = "") => el("span", { class: `measure ${kind}` }, el("span", { class: "fine" }, t(key)), " ", text);
  return el("span", { class: "measures" }, cell("way.required", inUnit(required)), cell("way.available", inUnit(available)),
    margin != null && cell("way.margin", `${margin > 0 ? "+" : ""}${inUnit(margin)}`, margin < 0 ? "short" : ""));
}

/** Metres of a way by what they rest on: "1,1 km assumed, 40 m surveyed". */
export const metresByEvidence = (metres) => Object.entries(metres ?? {}).filter(([, m]) => m > 0)
  .map(([evidence, m]) => `${length(m)} ${t(`evidence.${evidence}`)}`).join(", ");

/** Take passable back everywhere: something may stand there by now. */
export function doubted(answer) {
  const doubt = (told) => (told.verdict === "passable" ? { ...told, verdict: "unknown" } : told);
  const features = answer.features.map((feature) => ({ ...feature, properties: doubt(feature.properties) }));
  const backup = answer.backup && { ...answer.backup, properties: doubt(answer.backup.properties) };
  return { ...doubt(answer), features, ...(answer.matrix && { matrix: answer.matrix.map(doubt) }), ...(answer.backup !== undefined && { backup }) };
}
