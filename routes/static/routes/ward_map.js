// Wards by how many of their houses are covered: hatched closer the more that lacks, so that it is read without colour.

import { Failure, ask } from "../layers/api.js";
import { el } from "../layers/dom.js";
import { config, layerById, number, t } from "../layers/page.js";

const SHARES = [["most", 90], ["many", 70], ["some", 40], ["few", 0]]; // from so many per cent on
const LEVEL = 3; // wards and communes, not the city around them

let loading;

/** The wards in force, drawn: [{code, name, geometry}]; asked for once, and again where it failed. */
export function loadWards() {
  loading ??= readWards().catch((error) => {
    loading = undefined;
    if (!(error instanceof Failure)) console.error(error);
    throw error;
  });
  return loading;
}

async function readWards() {
  const query = new URLSearchParams({ datetime: config.today, filter: `level = ${LEVEL}`, limit: 1000 });
  const { features } = await ask(`${layerById("administrative-units").items}?${query}`, { patience: 60_000 });
  return features.map(({ geometry, properties: { code, name } }) => ({ code, name, geometry }))
    .sort((a, b) => a.name.localeCompare(b.name, config.language));
}

/** What one ward is shown as: {band, text}; `figures` are those of today and of the plan. */
export function bandOf({ today, plan }, unit, shown) {
  const [before, after] = [today, plan].map((figures) => figures[`${unit}_covered`]);
  if (shown === "difference") {
    const more = after - before;
    return { band: more > 0 ? "more" : more < 0 ? "fewer" : "same", text: more === 0 ? "±0" : signed(more) };
  }
  const figures = shown === "today" ? today : plan;
  const all = ["covered", "recorded_only", "not_classifiable", "not_covered"].reduce((sum, each) => sum + figures[`${unit}_${each}`], 0);
  if (all === 0) return { band: "nobody", text: "–" }; // nobody counted: that is not zero per cent
  const percent = (100 * figures[`${unit}_covered`]) / all;
  return { band: SHARES.find(([, least]) => percent >= least)[0], text: `${number(Math.floor(percent))} %` };
}

export const signed = (value) => (value === 0 ? "0" : `${value > 0 ? "+" : "−"}${number(Math.abs(value))}`);

export class WardMap {
  constructor(map) {
    this.group = L.featureGroup().addTo(map);
  }

  clear() {
    this.group.clearLayers();
  }

  /** Draw wards of a comparison; `choose(code)` is called when one is clicked while `isFree()`. */
  show(wards, drawn, { unit, shown }) {
    this.clear();
    const places = new Map(drawn.map((ward) => [ward.code, ward]));
    for (const ward of wards) {
      const place = places.get(ward.ward);
      if (!place) continue;
      const { band, text } = bandOf(ward, unit, shown);
      const area = L.geoJSON(place.geometry, { interactive: false, style: { className: `ward ${band}`, fillColor: `url(#ward-${band})`, fillOpacity: 1, weight: band === "same" ? 1 : 2.5, color: "currentColor" } });
      area.bindTooltip(() => el("span", {}, el("strong", {}, text), ` ${ward.name}`), { permanent: true, direction: "center", className: "ward-name", interactive: false });
      this.group.addLayer(area);
    }
  }

  /** How wards are drawn, in words. */
  legend(shown) {
    const bands = shown === "difference" ? ["more", "same", "fewer"] : [...SHARES.map(([band]) => band), "nobody"];
    return el("ul", { class: "legend ward-legend", "aria-label": t("wards.legend") }, ...bands.map((band) => el("li", {}, sample(band), t(`wards.band.${band}`))));
  }
}

/** A piece of the pattern of a band, as it is on the map. */
function sample(band) {
  const named = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  const svg = named("svg", { width: 34, height: 20, class: `ward ${band}`, "aria-hidden": "true" });
  svg.append(named("rect", { x: 1, y: 1, width: 32, height: 18, fill: `url(#ward-${band})`, stroke: "currentColor", "stroke-width": 2 }));
  return svg;
}
