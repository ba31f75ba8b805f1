// The map page: puts the parts together and decides what a click and a key mean.

import { BaseMap } from "./basemap.js";
import { showConnection } from "./connection.js";
import { byId, el, replace } from "./dom.js";
import { DrawnLayer } from "./drawn_layer.js";
import { closeDialogs, listenToKeys } from "./keys.js";
import { buildBaseRows, buildLayersPanel, buildPlanLegend, showStates } from "./layers_panel.js";
import { LiveFeed } from "./live.js";
import { Marks } from "./marks.js";
import { nightSwitch } from "./night.js";
import { config, layerById, t } from "./page.js";
import { PlaceAnswer } from "./place.js";
import { boundsOf } from "./plan_map.js";
import { featurePopup, titleOf } from "./popup.js";
import { fromHash, lonLat, question, toHash } from "./question.js";
import { moreOptions } from "./more.js";
import { SearchBox } from "./search.js";
import { printPlan, shareAndPrint, shareLink } from "./sharing.js";
import { isGround } from "./symbols.js";
import { chooseByDigit, loadVehicles, onVehicle, takeVehicles, vehicleName } from "./vehicles.js";
import { WayCheck } from "./way.js";

const CALM_MS = 180; // wait for the map to come to rest before counting
const WIDE = window.matchMedia("(min-width: 1000px)");

const map = L.map("map", { zoomControl: false, doubleClickZoom: false, maxZoom: 20, minZoom: 9, zoomSnap: 0.5, wheelPxPerZoomLevel: 100, fadeAnimation: false });
map.getContainer().setAttribute("aria-label", t("map.label"));
map.getContainer().setAttribute("role", "application");
map.attributionControl.setPrefix(false);
L.control.zoom({ position: "bottomright", zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
const opened = fromHash(window.location.hash);
startView(opened.view);

const vehicle = takeVehicles() ? question.vehicle || null : undefined;
const base = new BaseMap(map, { vehicle, changed: load });
const stores = base.layers.map((layer) => new DrawnLayer(base, layer));
const feed = new LiveFeed();
const answer = new PlaceAnswer(map, feed, { answered: () => keepAddress() });
const marks = new Marks(map, feed, { changed: () => feed.look() });
const way = new WayCheck(map);
const search = new SearchBox({ near: () => map.getCenter(), choose: (result) => chooseResult(result) });
let drawsWay = false;
let clicks = 0;
let linked = opened.data;

// The first tiles are on their way; what stands beside the map is made meanwhile, and holds up no frame.
await new Promise((go) => { setTimeout(go); });
showConnection(feed);
closeDialogs();
nightSwitch(byId("night"), (night) => base.setNight(night));
buildLayersPanel(stores, () => load());
buildBaseRows(base);
buildPlanLegend();
moreOptions(() => question.place && askAgain());
shareAndPrint(map, fit);
byId("layers").open = WIDE.matches;
WIDE.addEventListener("change", () => { byId("layers").open = WIDE.matches; });
byId("back").addEventListener("click", () => clear());
byId("report").addEventListener("click", () => report());
byId("way-open").addEventListener("click", () => openWay(!drawsWay));
listenToKeys({
  "/": () => search.focus(), "?": () => byId("keys").showModal(), digit: chooseByDigit, back, m: report, w: () => openWay(!drawsWay), n: () => byId("night").click(),
  s: () => question.place && shareLink(), p: () => question.place && printPlan(map, fit), l: () => { byId("layers").open = !byId("layers").open; },
});

let calm;
map.on("moveend", () => {
  clearTimeout(calm);
  calm = setTimeout(load, CALM_MS);
  keepAddress();
});
map.on("click", ({ latlng }) => act(latlng));
map.on("contextmenu", ({ latlng }) => !drawsWay && choose({ place: latlng }));
map.on("mousemove", ({ latlng }) => way.follow(latlng));
map.on("dblclick", ({ latlng }) => (drawsWay ? way.finish() : map.setZoomAround(latlng, map.getZoom() + 1)));
map.getContainer().addEventListener("keydown", onMapKey);
map.getContainer().addEventListener("pointerdown", () => document.body.classList.remove("by-keyboard"));
window.addEventListener("popstate", () => reopen());
feed.addEventListener("news", () => base.refresh());
feed.addEventListener("state", ({ detail: before }) => {
  if (feed.state === "lost") base.setStale(true);
  else if (before === "lost") base.refresh(); // whatever changed meanwhile
});
new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
loadVehicles().then(judgeRoads, () => base.setVehicle(null)); // whoever asks for a plan is told why
onVehicle(judgeRoads);
feed.open();
load();
if (opened.asked) ask({ keepsView: Boolean(opened.view) });

function startView(view) {
  if (view) return map.setView([view[1], view[2]], view[0]);
  if (opened.asked) return map.setView(question.place, 17);
  const [west, south, east, north] = config.bounds;
  return map.fitBounds([[south, west], [north, east]], { maxZoom: 16, padding: [16, 16] });
}

/** Draw the roads as they are for the vehicle that is chosen. */
function judgeRoads() {
  base.setVehicle(question.vehicle || null);
  byId("ways-vehicle").textContent = vehicleName();
}

function load() {
  if (base.state !== "loading") stores.forEach((store) => store.count());
  showStates(stores, map.getZoom(), () => base.refresh());
}

/** The address of the page always asks for what is seen, also after signing in. */
function keepAddress() {
  window.history.replaceState(null, "", toHash(map, answer.plan.answer?.data_version ?? ""));
  const here = encodeURIComponent(`${window.location.pathname}${window.location.hash}`);
  document.querySelector(".languages [name=next]").value = `${window.location.pathname}${window.location.hash}`;
  document.querySelectorAll("[data-sign-in]").forEach((link) => { link.search = `?next=${here}`; });
}

/** Back and forward, or an address that somebody changed by hand. */
function reopen() {
  const { view, asked, data } = fromHash(window.location.hash);
  if (view) map.setView([view[1], view[2]], view[0], { animate: false });
  linked = data;
  if (asked) ask({ keepsView: Boolean(view) });
  else if (question.place) leave();
}

/** A click, or the key that stands for one: what stands on the ground is opened, the ground is a place to ask about. */
async function act(latlng) {
  if (drawsWay) return way.add(latlng);
  const click = (clicks += 1);
  const top = await base.pick(latlng, (layer) => !isGround(layer));
  if (click !== clicks) return undefined; // somebody clicked elsewhere while the server was asked
  if (top?.cluster) return map.setZoomAround(latlng, map.getZoom() + 2);
  return top ? openPopup(top, latlng) : choose({ place: latlng });
}

function chooseResult({ point: [lng, lat], title, subtitle, kind_label: kind, layer, feature_id: id, ref, bbox }) {
  const place = L.latLng(lat, lng);
  if (bbox) map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { maxZoom: 18, animate: false });
  else map.setView(place, Math.max(map.getZoom(), 17), { animate: false });
  choose({ place, name: title, note: [kind, subtitle].filter(Boolean).join(" · "), about: layer && ref ? { layer, ref, id } : null });
  byId("place-name").focus({ preventScroll: true }); // from here digits choose a vehicle
}

/** Choose a place: the one gesture of this page. */
function choose({ place, name = "", note = "", about = null }) {
  map.closePopup();
  if (drawsWay) openWay(false);
  Object.assign(question, { place: place.wrap(), name, note, about });
  linked = "";
  window.history.pushState(null, "", toHash(map, ""));
  ask();
}

/** Answer; the view goes to the plan, unless it is the one of a link, or of the page before. */
function ask({ keepsView = false } = {}) {
  document.body.classList.add("answered");
  byId("layers").open = false; // the answer needs the room
  const { place, name, note } = question;
  byId("hint").hidden = true;
  byId("place-name").textContent = name || t("place.here");
  byId("place-note").textContent = note;
  byId("place-where").textContent = lonLat(place).split(",").reverse().map((each) => Number(each).toFixed(6)).join(", ");
  showBeneath(place);
  answer.ask({ data: linked, fitted: keepsView });
  marks.ask();
  byId("panel").scrollTo({ top: 0 });
}

function askAgain() {
  linked = "";
  answer.ask();
}

/** Roads, houses and whatever else lies under the place, for who wants to know. */
async function showBeneath(place) {
  replace(byId("beneath"));
  const found = await base.pick(place, (layer) => isGround(layer)).catch(() => null); // it is not what was asked for
  if (place !== question.place) return; // another one was chosen meanwhile
  replace(byId("beneath"), found?.feature && el("details", { class: "card" }, el("summary", {}, t("place.beneath")), featurePopup(found)));
}

function fit() {
  if (answer.plan.answer) map.fitBounds(boundsOf(answer.plan.answer.features, question.place), { padding: [32, 32], maxZoom: 18, animate: false });
}

function openPopup(found, latlng) {
  const { layer, feature } = found;
  const place = feature.geometry.type === "Point" ? L.GeoJSON.coordsToLatLng(feature.geometry.coordinates) : latlng;
  const about = { layer: layer.id, ref: feature.properties.ref, name: titleOf(layer, feature.properties) };
  const plan = el("button", { type: "button", class: "primary", onclick: () => choose({ place, name: about.name, note: layer.title, about }) }, t("popup.plan"));
  const mark = el("button", { type: "button", onclick: () => marks.report(place, about) }, t("popup.report"));
  // Clear of the demo badge and the legend, which lie over the map.
  L.popup({ maxWidth: 320, minWidth: 240, closeButton: true, autoPanPaddingTopLeft: [8, 64] }).setLatLng(place).setContent(featurePopup(found, plan, mark)).openOn(map);
  document.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("map.close"));
}

function report() {
  if (!question.place) return false;
  const { about, name } = question;
  return marks.report(question.place, about && layerById(about.layer) ? { ...about, name } : null);
}

function openWay(open) {
  drawsWay = open;
  byId("way-tool").hidden = !open;
  document.body.classList.toggle("draws-way", open);
  if (!open) return way.clear();
  leave();
  way.enter();
  return byId("map").focus({ preventScroll: true });
}

/** Esc goes back one step: the popup, the drawn way, the chosen place. */
function back() {
  if (document.querySelector(".leaflet-popup")) return map.closePopup();
  if (drawsWay) return way.points.length ? way.clear() : openWay(false);
  return question.place && clear();
}

function clear() {
  leave();
  window.history.pushState(null, "", toHash(map, ""));
}

function leave() {
  document.body.classList.remove("answered");
  answer.clear();
  marks.forget();
  replace(byId("beneath"));
  byId("hint").hidden = drawsWay;
  byId("version").textContent = "";
}

function onMapKey(event) {
  if (event.target !== map.getContainer()) return;
  document.body.classList.add("by-keyboard"); // shows the cross that stands for the pointer
  if (drawsWay && event.key === "Enter") way.finish();
  else if (drawsWay && event.key === "Backspace") way.undo();
  else if (event.key === "Enter" || event.key === " ") act(map.getCenter());
  else return;
  event.preventDefault();
}
