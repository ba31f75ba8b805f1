// A plan on the map, and what it changes: planned sources, obstacles that go, roads that close, houses that change.

import { el } from "../layers/dom.js";
import { lonLatToLatLng, mark, rimmedLine } from "../layers/overlay.js";
import { number, t } from "../layers/page.js";

const RANKS = ["not_covered", "not_classifiable", "recorded_only", "covered"];
const SIGNS = { better: "▲", worse: "▼", other: "•" };

/** Whether a house is better off with the plan: "better", "worse", or "other" where only the reason is another one. */
export function directionOf({ today, plan }) {
  const by = RANKS.indexOf(plan.coverage) - RANKS.indexOf(today.coverage);
  return by > 0 ? "better" : by < 0 ? "worse" : "other";
}

export const nameOfSource = ({ kind, name }, i) => name || t("source.numbered", { kind: t(`kind.${kind}`), number: number(i + 1) });

export class PlanDrawing {
  constructor(map) {
    this.map = map;
    this.planned = L.featureGroup().addTo(map);
    this.houses = L.featureGroup().addTo(map);
  }

  /** Draw what a plan builds, removes and closes. */
  showPlan(plan, places) {
    this.planned.clearLayers();
    if (!plan) return;
    plan.sources.forEach((source, i) => this.planned.addLayer(mark(lonLatToLatLng(source.place), String(i + 1), `planned ${source.kind}`, nameOfSource(source, i))));
    [["remove", "✕", "removed"], ["close_roads", "⊘", "closed"]].forEach(([list, sign, kind]) => plan[list].forEach((ref) => {
      const { geometry, name } = places[ref] ?? {};
      if (geometry) this.drawTaken(geometry, sign, kind, `${t(`plan.${kind}`)}: ${name ?? ref}`);
    }));
  }

  drawTaken(geometry, sign, kind, title) {
    const line = lineOf(geometry.coordinates).map(lonLatToLatLng);
    if (line.length > 1) this.planned.addLayer(rimmedLine(line, { color: "#b91c1c", weight: 4, dashArray: "2 6" }));
    const place = line[Math.floor(line.length / 2)];
    this.planned.addLayer(mark(place, sign, `taken ${kind}`, title));
  }

  /** Draw the houses that change; what each was and would be is told when it is clicked. */
  showHouses(features) {
    this.houses.clearLayers();
    for (const { geometry, properties } of features) {
      const direction = directionOf(properties);
      const icon = L.divIcon({ className: `changed-house ${direction}`, html: el("span", {}, SIGNS[direction]), iconSize: [18, 18] });
      this.houses.addLayer(L.marker(lonLatToLatLng(geometry.coordinates), { icon, keyboard: false, bubblingMouseEvents: false }).bindPopup(() => popup(properties), { closeButton: false }));
    }
  }

  clear() {
    this.planned.clearLayers();
    this.houses.clearLayers();
  }
}

/** The first line or ring of a geometry; a point is a line of one place. */
function lineOf(coordinates) {
  if (typeof coordinates[0] === "number") return [coordinates];
  return typeof coordinates[0][0] === "number" ? coordinates : lineOf(coordinates[0]);
}

function popup({ today, plan, households }) {
  const line = (title, { coverage_label: label, reason_label: reason }) => el("p", {}, el("strong", {}, `${title}: ${label}`), ` – ${reason}`);
  return el("div", { class: "feature" }, line(t("compare.today"), today), line(t("compare.plan"), plan),
    el("p", { class: "fine" }, households === null ? t("house.uncounted") : t("house.households", { count: number(households) })));
}
