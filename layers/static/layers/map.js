// The map page: puts the parts together and decides what a click means.

import { ApproachPlan } from "./approach.js";
import { BaseMap } from "./basemap.js";
import { byId, el } from "./dom.js";
import { DrawnLayer } from "./drawn_layer.js";
import { buildBaseRows, buildLayersPanel, showStates } from "./layers_panel.js";
import { NearestWater } from "./nearest.js";
import { config, t } from "./page.js";
import { featurePopup } from "./popup.js";
import { isGround } from "./symbols.js";
import { chosenVehicle, loadVehicles, onVehicle, vehicleName } from "./vehicles.js";
import { WayCheck } from "./way.js";

const CALM_MS = 180; // wait for the map to come to rest before counting
const WIDE = window.matchMedia("(min-width: 1000px)");

const map = L.map("map", { zoomControl: false, doubleClickZoom: false, maxZoom: 20, minZoom: 9, zoomSnap: 0.5, wheelPxPerZoomLevel: 100, fadeAnimation: false });
map.getContainer().setAttribute("aria-label", t("map.label"));
map.getContainer().setAttribute("role", "application");
map.attributionControl.setPrefix(false);
L.control.zoom({ position: "bottomright", zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
startView();

const base = new BaseMap(map, { changed: load });
const stores = base.layers.map((layer) => new DrawnLayer(base, layer));
loadVehicles().then(judgeRoads, () => base.setVehicle(null)); // whoever asks for a plan is told why
onVehicle(judgeRoads);
const nearest = new NearestWater(map);
const approach = new ApproachPlan(map);
const way = new WayCheck(map);
let mode = "nearest";

buildLayersPanel(stores, () => load());
buildBaseRows(base);
byId("layers").open = WIDE.matches;
WIDE.addEventListener("change", () => { byId("layers").open = WIDE.matches; });
document.querySelectorAll("[data-mode]").forEach((button) => button.addEventListener("click", () => enterMode(button.dataset.mode)));
enterMode(mode);

let calm;
map.on("moveend", () => {
  clearTimeout(calm);
  calm = setTimeout(load, CALM_MS);
  const { lat, lng } = map.getCenter();
  window.history.replaceState(null, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
});
map.on("click", ({ latlng }) => act(latlng));
map.on("contextmenu", ({ latlng }) => mode !== "way" && askAt(latlng));
map.on("mousemove", ({ latlng }) => way.follow(latlng));
map.on("dblclick", ({ latlng }) => (mode === "way" ? way.finish() : map.setZoomAround(latlng, map.getZoom() + 1)));
map.getContainer().addEventListener("keydown", onMapKey);
map.getContainer().addEventListener("pointerdown", () => document.body.classList.remove("by-keyboard"));
document.addEventListener("keydown", onKey);
new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
load();

function startView() {
  const [zoom, lat, lng] = window.location.hash.slice(1).split("/").map(Number);
  if (Number.isFinite(zoom + lat + lng) && window.location.hash.length > 1) return map.setView([lat, lng], zoom);
  const [west, south, east, north] = config.bounds;
  return map.fitBounds([[south, west], [north, east]], { maxZoom: 16, padding: [16, 16] });
}

/** Draw the roads as they are for the vehicle that is chosen. */
function judgeRoads() {
  base.setVehicle(chosenVehicle() || null);
  byId("ways-vehicle").textContent = vehicleName();
}

function load() {
  if (base.state !== "loading") stores.forEach((store) => store.count());
  showStates(stores, map.getZoom(), () => base.refresh());
}

function enterMode(next) {
  mode = next;
  nearest.clear();
  approach.clear();
  way.clear();
  map.closePopup();
  document.querySelectorAll("[data-mode]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.mode === mode)));
  document.body.dataset.mode = mode;
  byId("nearest-form").hidden = mode !== "nearest";
  byId("way-form").hidden = mode !== "way";
  byId("vehicle-form").hidden = mode !== "way" && mode !== "approach";
  byId("hint").replaceChildren(t(`${mode}.hint`), ...(mode === "way" ? [el("span", { class: "fine keys" }, t("way.keys"))] : []));
  if (mode === "way") way.enter();
  if (mode === "approach") approach.enter();
}

/** A click, or the key that stands for one. */
async function act(latlng) {
  if (mode === "way") return way.add(latlng);
  if (mode === "approach") return approach.ask(latlng);
  // In the middle of asking for water only what stands on the ground is opened; the ground itself is a place to ask about.
  const top = await base.pick(latlng, mode === "look" ? undefined : (layer) => !isGround(layer));
  if (top?.cluster) return map.setZoomAround(latlng, map.getZoom() + 2);
  if (top) return openPopup(top, latlng);
  return mode === "nearest" ? askAt(latlng) : map.closePopup();
}

function askAt(latlng) {
  map.closePopup();
  if (mode !== "nearest") enterMode("nearest");
  nearest.ask(latlng);
}

function openPopup(found, latlng) {
  const place = found.feature.geometry.type === "Point" ? L.GeoJSON.coordsToLatLng(found.feature.geometry.coordinates) : latlng;
  const button = el("button", { type: "button", class: "primary", onclick: () => askAt(place) }, t("nearest.ask_here"));
  // Clear of the demo badge and the legend, which lie over the map.
  L.popup({ maxWidth: 320, minWidth: 240, closeButton: true, autoPanPaddingTopLeft: [8, 64] }).setLatLng(place).setContent(featurePopup(found, button)).openOn(map);
  document.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("map.close"));
}

function onMapKey(event) {
  if (event.target !== map.getContainer()) return;
  document.body.classList.add("by-keyboard"); // shows the cross that stands for the pointer
  if (event.key === "Enter" && mode === "way") way.finish();
  else if (event.key === "Enter" || event.key === " ") act(map.getCenter());
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (mode !== "way" || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
  if (event.key === "Escape") way.clear();
  else if (event.key === "Backspace") way.undo();
  else if (event.key === "Enter" && event.target === document.body) way.finish();
}
