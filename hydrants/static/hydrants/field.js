// The page of a field team: what is due near me, a look at a source, and what that changed around it.

import { BaseMap } from "../layers/basemap.js";
import { showConnection } from "../layers/connection.js";
import { byId, el, say } from "../layers/dom.js";
import { LiveFeed } from "../layers/live.js";
import { nightSwitch } from "../layers/night.js";
import { lonLatToLatLng, mark } from "../layers/overlay.js";
import { config, layerById, length, t } from "../layers/page.js";
import { SearchBox } from "../layers/search.js";
import { swatch } from "../layers/symbols.js";
import { signOf } from "../layers/verdicts.js";
import { DueList } from "./due.js";
import { KeptPanel } from "./kept_panel.js";
import { Look } from "./look.js";
import { Outcome, verdictOf } from "./outcome.js";
import { fromHash, toHash } from "./spot.js";
import { Tours } from "./tours.js";
import { whereAmI } from "./where.js";

const HOUSES = "building-coverage";
const SOURCES = ["hydrants", "intake-points", "water-tanks", "marks"];
const VIEWS = { near: "near", look: "look", outcome: "outcome" };
const spot = { place: null, source: "" }; // what the address of the page says
let looked; // the mark of the source that was looked at

const map = L.map("map", { zoomControl: false, maxZoom: 20, minZoom: 9, zoomSnap: 0.5, fadeAnimation: false });
map.getContainer().setAttribute("aria-label", t("map.label"));
map.getContainer().setAttribute("role", "application");
map.attributionControl.setPrefix(false);
L.control.zoom({ position: "bottomright", zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
const [west, south, east, north] = config.bounds;
map.fitBounds([[south, west], [north, east]], { maxZoom: 16 });

const base = new BaseMap(map, { vehicle: null });
const drawing = L.layerGroup().addTo(map);
const feed = new LiveFeed();
const kept = new KeptPanel({ open: (key) => go({ source: key }), again: (key) => {
  go({ source: key });
  look.sendAgain();
} });
const due = new DueList(map, { choose: (key, { properties }) => go({ source: key }, properties.name) });
const tours = new Tours({ choose: (key, { place }) => go({ source: key, place: spot.place ?? place }) });
const outcome = new Outcome({ counted: () => base.refresh(["ground"]) });
const look = new Look({ stored, changed: () => kept.show() });
const search = new SearchBox({ near: () => map.getCenter(), choose: ({ point, title }) => go({ place: lonLatToLatLng(point) }, title) });

showConnection(feed);
nightSwitch(byId("night"), (night) => base.setNight(night));
byId("locate").addEventListener("click", locate);
byId("locate").disabled = false; // a tap before the scripts were there would be lost
document.querySelectorAll("[data-back]").forEach((button) => button.addEventListener("click", () => go({ source: "" })));
map.on("click", ({ latlng }) => document.body.dataset.view === VIEWS.near && go({ place: latlng.wrap() }));
window.addEventListener("popstate", () => render());
window.addEventListener("storage", () => kept.show()); // another tab sent one
feed.addEventListener("news", ({ detail: { layers } }) => heard(layers));
feed.addEventListener("state", ({ detail: before }) => before === "lost" && heard(null));
new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
feed.open();
tours.load();
render();

/** Go to another place or source; the telephone's back button leads back. */
function go(change, name = "") {
  Object.assign(spot, change);
  window.history.pushState(null, "", toHash(spot));
  render(name);
}

/** Show what the address says. */
function render(name = "") {
  const before = spot.place;
  Object.assign(spot, fromHash(window.location.hash));
  if (before && spot.place?.equals(before)) spot.place = before;
  keepAddress();
  if (spot.place !== due.place) showPlace(name);
  outcome.close();
  looked?.remove();
  if (spot.source) {
    show(VIEWS.look, "source-name");
    look.open(spot.source, name);
  } else {
    look.close();
    show(VIEWS.near, name || due.place ? "near-title" : "");
  }
}

function show(view, titled) {
  document.body.dataset.view = view;
  Object.values(VIEWS).forEach((id) => { byId(id).hidden = id !== view; });
  byId("kept").hidden = view !== VIEWS.near;
  kept.show();
  showHouses(view === VIEWS.outcome);
  if (titled) byId(titled).focus({ preventScroll: true });
  window.scrollTo(0, 0);
  byId("panel").scrollTo(0, 0);
}

function showPlace(name) {
  drawing.clearLayers();
  if (!spot.place) return due.clear();
  drawing.addLayer(mark(spot.place, "", "here", t("where.here")));
  map.setView(spot.place, Math.max(map.getZoom(), 16), { animate: false });
  byId("where").textContent = name ? t("where.named", { name }) : t("where.chosen", { place: [spot.place.lat, spot.place.lng].map((degrees) => degrees.toFixed(5)).join(", ") });
  return due.around(spot.place);
}

async function locate() {
  byId("locate").disabled = true;
  byId("where").textContent = t("where.asking");
  try {
    const { place, accuracy } = await whereAmI();
    go({ place }, t("where.mine", { accuracy: length(accuracy) }));
  } catch (error) {
    byId("where").textContent = error.message;
    say(error.message);
  } finally {
    byId("locate").disabled = false;
  }
}

/** The server has a look: tell what it changed, with the houses around on the map. */
function stored(form, told) {
  look.close();
  outcome.open(form, told);
  show(VIEWS.outcome, "outcome-title");
  const [place, verdict] = [lonLatToLatLng(form.source.point), verdictOf(told)];
  map.setView(place, 17, { animate: false });
  drawing.addLayer((looked = mark(place, signOf(verdict), `finding ${verdict}`, form.source.name)));
  due.ask({ keep: true });
  tours.load();
}

/** Houses by class of coverage, with their legend, while they are what is spoken of. */
function showHouses(shown) {
  const layer = layerById(HOUSES);
  if (!layer || base.isShown(HOUSES) === shown) return;
  base.show(HOUSES, shown);
  byId("house-legend")?.remove();
  if (shown) byId("houses").before(el("ul", { id: "house-legend", class: "legend", "aria-label": layer.title }, ...Object.values(layer.style.classes).map((symbol) => el("li", {}, swatch(layer, symbol), symbol.label))));
}

/** Somebody edited these layers; null: nobody knows which. */
function heard(layers) {
  base.refresh();
  outcome.heard(layers);
  if (layers === null || layers.some((id) => SOURCES.includes(id))) due.heard();
}

/** Signing in and changing the language lead back to what is seen. */
function keepAddress() {
  const here = `${window.location.pathname}${window.location.hash}`;
  document.querySelector(".languages [name=next]").value = here;
  document.querySelectorAll("[data-sign-in]").forEach((link) => { link.search = `?next=${encodeURIComponent(here)}`; });
}
