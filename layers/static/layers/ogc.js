// Pages of the OGC API: the map and the symbols of what a page shows.

import { ask } from "./api.js";
import { byId, el } from "./dom.js";
import { FeatureCanvas } from "./feature_canvas.js";
import { LayerStore } from "./layer_store.js";
import { config, layerById, t } from "./page.js";
import { featurePopup } from "./popup.js";
import { prepare } from "./shapes.js";
import { isGround, swatch } from "./symbols.js";

const layer = layerById(config.map.layer);

document.querySelectorAll("[data-swatch]").forEach((place) => {
  const each = layerById(place.dataset.swatch);
  place.replaceWith(swatch(each, Object.values(each.style.classes)[0] ?? each.style.default));
});
byId("legend")?.append(...legendOf(layer));
if (byId("map")) showMap();

function legendOf({ style, title }) {
  const classes = Object.values(style.classes);
  const other = { ...style.default, label: classes.length > 0 ? t("layers.other") : title };
  return [...classes, other].map((symbol) => el("li", {}, swatch(layer, symbol), symbol.label));
}

function showMap() {
  const map = L.map("map", { zoomControl: false, maxZoom: 20, minZoom: 5, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false);
  map.getContainer().setAttribute("aria-label", t("map.label"));
  L.control.zoom({ zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const [west, south, east, north] = config.map.bounds ?? [105.76, 20.96, 105.9, 21.08];
  fit(map, L.latLngBounds([south, west], [north, east]));
  map.on("moveend", () => linkToView(map));
  if (config.map.features) showPage(map);
  else showLayer(map);
}

/** The features of this page, all of them, at any scale. */
async function showPage(map) {
  const store = { layer, features: [], isDrawn: () => true };
  const canvas = drawing(map, store);
  try {
    const answer = await ask(config.map.features);
    const found = answer.features ?? [answer];
    store.features = found.map(prepare).filter(Boolean);
    if (store.features.length > 0) fit(map, L.geoJSON(found.filter((feature) => feature.geometry)).getBounds());
    canvas.redraw();
    linkToView(map);
    map.getContainer().dataset.drawn = store.features.length;
  } catch (error) {
    note(error.message);
  }
}

/** The layer as the map page shows it, and a frame around all of it. */
function showLayer(map) {
  if (config.map.bounds) {
    const [west, south, east, north] = config.map.bounds;
    L.rectangle([[south, west], [north, east]], { fill: false, color: "#0f2a3d", weight: 1, dashArray: "6 4", interactive: false }).addTo(map);
  }
  const store = new LayerStore(layer, () => {
    canvas.redraw();
    const counts = { layer: layer.title, shown: store.features.length, matched: store.matched };
    note(store.state === "failed" ? store.error : store.truncated ? t("layers.truncated", counts) : "");
    if (store.state === "ready") map.getContainer().dataset.drawn = store.features.length;
  });
  const canvas = drawing(map, store);
  const load = () => {
    store.update(map.getBounds(), map.getZoom());
    if (!store.isDrawn(map.getZoom())) note(t("layers.zoom_in"));
  };
  store.shown = true;
  map.on("moveend", load);
  linkToView(map);
  load();
}

/** The canvas: what the page shows, over streets, waters and borders to know the place by. */
function drawing(map, store) {
  const ground = config.layers.filter((each) => each !== layer && isGround(each) && each.style.shown)
    .map((each) => new LayerStore(each, () => canvas.redraw())).sort((a, b) => a.layer.style.order - b.layer.style.order);
  const canvas = new FeatureCanvas([...ground, store]).addTo(map);
  const load = () => ground.forEach((each) => each.update(map.getBounds(), map.getZoom()));
  map.on("moveend", load);
  load();
  map.on("click", ({ latlng }) => {
    const [found] = canvas.pick(latlng, (each) => each === layer);
    if (!found) return;
    const link = el("a", { class: "button", href: `${layer.items}/${found.feature.id}` }, byId("map").dataset.open);
    L.popup({ maxWidth: 320, minWidth: 240 }).setLatLng(latlng).setContent(featurePopup(found, link)).openOn(map);
    document.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("map.close"));
  });
  return canvas;
}

/** Let the link under the map ask for what the map shows. */
function linkToView(map) {
  const link = byId("only-here");
  if (!link) return;
  const address = new URL(link.href);
  const bounds = map.getBounds();
  const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  ["after", "bbox-crs"].forEach((name) => address.searchParams.delete(name));
  address.searchParams.set("bbox", sides.map((side) => side.toFixed(5)).join(","));
  link.href = address.href;
}

function note(text) {
  byId("map-note").textContent = text;
  byId("map-note").hidden = !text;
}

function fit(map, bounds) {
  map.fitBounds(bounds, { maxZoom: 18, padding: [24, 24] });
}
