// The page of planners: what a plan would change beside today, what to remove, what is missed most, where to build.

import { BaseMap } from "../layers/basemap.js";
import { now, timeOfDay } from "../layers/clock.js";
import { showConnection } from "../layers/connection.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { closeDialogs } from "../layers/keys.js";
import { LiveFeed } from "../layers/live.js";
import { nightSwitch } from "../layers/night.js";
import { lonLatToLatLng } from "../layers/overlay.js";
import { config, layerById, t } from "../layers/page.js";
import { shareByButton } from "../layers/sharing.js";
import { Comparison } from "./comparison.js";
import { Draft } from "./drafts.js";
import { VIEWS, fromHash, toHash } from "./plan_address.js";
import { PlanDrawing } from "./plan_drawing.js";
import { PlanEditor } from "./plan_editor.js";
import { PlanShelf, quietly } from "./plan_shelf.js";
import { PlannerQuestion } from "./planner_question.js";
import { BUILD, CRITICAL, REMOVE } from "./planner_questions.js";
import { WardMap, loadWards } from "./ward_map.js";

const HERE = "view"; // the area that the map shows
const CALM = ["facilities", "public-firefighting-points"];
const shown = fromHash(window.location.hash);

const map = L.map("map", { zoomControl: false, doubleClickZoom: false, maxZoom: 20, minZoom: 9, zoomSnap: 0.5, fadeAnimation: false });
map.getContainer().setAttribute("aria-label", t("map.label"));
map.getContainer().setAttribute("role", "application");
map.attributionControl.setPrefix(false);
L.control.zoom({ position: "bottomright", zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
const [west, south, east, north] = config.bounds;
if (shown.place) showPlace();
else map.fitBounds([[south, west], [north, east]], { maxZoom: 16 });

CALM.forEach((id) => { if (layerById(id)) layerById(id).style.shown = false; }); // the map speaks of water and ways here
const base = new BaseMap(map, { vehicle: null, changed: () => showInvented() });
const wardMap = new WardMap(map);
const marks = L.layerGroup().addTo(map);
const drawing = new PlanDrawing(map);
const feed = new LiveFeed();
const draft = new Draft((redraw) => showDraft(redraw));
const editor = new PlanEditor(draft, base, { save: () => shelf.save(), discard: () => shelf.discard(), drop: () => shelf.drop(), show });
const comparison = new Comparison({ drawing, wardMap, vehicle: () => shown.vehicle, show, fit: (geometry) => map.fitBounds(L.geoJSON(geometry).getBounds(), { padding: [24, 24] }) });
const shelf = new PlanShelf(draft, comparison, { shown, go, kept: () => keepAddress() });
const questions = Object.fromEntries([REMOVE, CRITICAL, BUILD].map((about) => [about.view, new PlannerQuestion(about, { marks, common, planId: () => draft.id, take, show })]));

showConnection(feed);
closeDialogs();
shareByButton();
nightSwitch(byId("night"), (night) => base.setNight(night));
VIEWS.forEach((view) => byId(`tab-${view}`).addEventListener("click", () => go({ view })));
byId("tabs").addEventListener("keydown", onTabKey);
byId("vehicle").addEventListener("change", ({ target }) => askOther({ vehicle: target.value }));
byId("area").addEventListener("change", ({ target }) => askOther({ ward: target.value }));
map.on("moveend", () => keepAddress());
map.on("click", ({ latlng }) => editor.takesClicks && shown.view === VIEWS[0] && editor.click(latlng));
map.getContainer().addEventListener("keydown", onMapKey);
map.getContainer().addEventListener("pointerdown", () => document.body.classList.remove("by-keyboard"));
window.addEventListener("popstate", () => reopen());
window.addEventListener("beforeunload", (event) => draft.isChanged && !draft.outlives && event.preventDefault());
feed.addEventListener("news", () => heard());
feed.addEventListener("state", ({ detail: before }) => stateChanged(before));
new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
feed.open();
render();
start();

/** What the page needs to know before anything is chosen; whatever cannot be read is said, and the rest works. */
async function start() {
  await Promise.all([loadVehicles(), shelf.load(), showWards()]);
  if (shown.plan) await shelf.open(shown.plan, shown.version);
}

async function loadVehicles() {
  const told = await quietly("/api/vehicles", "vehicles-said");
  const vehicles = told?.vehicles ?? [];
  if (!vehicles.some(({ code }) => code === shown.vehicle)) shown.vehicle = (vehicles.find(({ code }) => code === config.vehicle) ?? vehicles[0])?.code ?? "";
  replace(byId("vehicle"), ...vehicles.map(({ code, name }) => el("option", { value: code }, name)));
  render();
}

async function showWards() {
  const fill = (wards) => replace(byId("area"), el("option", { value: "" }, t("area.all")), el("option", { value: HERE }, t("area.view")), ...wards.map(({ code, name }) => el("option", { value: code }, name)));
  fill([]);
  try {
    const wards = await loadWards();
    fill(wards);
    editor.setWards(wards);
  } catch (error) {
    byId("area-said").textContent = `${t("wards.failed")} ${error.message}`;
  }
  render();
}

// What is shown --------------------------------------------------------------------------------------------------------

/** Change what the page shows; the back button of the browser leads back. */
function go(change) {
  Object.assign(shown, change);
  window.history.pushState(null, "", toHash(shown, map));
  render();
}

/** What was computed answers another question from now on, and says so. */
function askOther(change) {
  go(change);
  doubtOther("vehicle" in change);
}

function doubtOther(vehicle) {
  if (vehicle) comparison.doubt("other", shown.vehicle === comparison.asked?.vehicle ? "" : t("doubt.vehicle"));
  Object.values(questions).forEach((question) => question.doubt("other", t("doubt.other")));
}

function render() {
  VIEWS.forEach((view) => {
    const chosen = view === shown.view;
    byId(view).hidden = !chosen;
    byId(`tab-${view}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${view}`).tabIndex = chosen ? 0 : -1;
  });
  byId("vehicle").value = shown.vehicle;
  byId("area").value = shown.ward;
  byId("plans").value = shown.plan;
  document.body.dataset.view = shown.view;
  base.setVehicle(shown.vehicle || null);
  drawView();
  keepAddress();
}

/** On the map stands what the view speaks of: the plan and what it changes, or the answer to one question. */
function drawView() {
  const plan = shown.view === VIEWS[0];
  [drawing.planned, drawing.houses, wardMap.group].forEach((group) => (plan ? group.addTo(map) : group.remove()));
  if (plan) {
    marks.clearLayers();
    replace(byId("taken"));
  } else questions[shown.view].draw();
  byId("ward-legend").hidden = !plan;
}

/** Back, forward, or an address that somebody changed by hand. */
async function reopen() {
  const { plan, vehicle } = shown;
  Object.assign(shown, fromHash(window.location.hash));
  shown.vehicle ||= byId("vehicle").value;
  if (shown.place) showPlace();
  render();
  if (shown.vehicle !== vehicle) doubtOther(true);
  if (shown.plan !== plan) await shelf.open(shown.plan, shown.version);
}

/** Signing in and changing the language lead back to what is seen. */
function keepAddress() {
  window.history.replaceState(null, "", toHash(shown, map));
  const here = `${window.location.pathname}${window.location.hash}`;
  document.querySelector(".languages [name=next]").value = here;
  document.querySelectorAll("[data-sign-in]").forEach((link) => { link.search = `?next=${encodeURIComponent(here)}`; });
}

/** Whatever is computed of invented data is invented too. */
function showInvented() {
  byId("demo").hidden = !base.layers.some((layer) => base.countIn(layer)?.synthetic);
}

function showPlace() {
  const [zoom, ...place] = shown.place;
  map.setView(place, zoom, { animate: false });
}

function show(place) {
  map.setView(lonLatToLatLng(place), Math.max(map.getZoom(), 17), { animate: false });
}

/** Vehicle and area, as every question asks for them. */
function common() {
  const bounds = map.getBounds();
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(6)).join(",");
  return { ...(shown.vehicle && shown.view !== "critical" ? { vehicle: shown.vehicle } : {}), ...(shown.ward === HERE ? { bbox: box } : shown.ward ? { ward: shown.ward } : {}) };
}

// Plans ----------------------------------------------------------------------------------------------------------------

function showDraft(redraw = true) {
  if (redraw) editor.show();
  else editor.showState();
  drawing.showPlan(draft.plan, draft.places);
  byId("compare").disabled = draft.isEmpty;
  byId("compare").textContent = t(draft.isChanged ? "compare.save_first" : "compare.now");
  if (draft.isChanged) comparison.doubt("draft", t("compare.draft_differs"));
  else comparison.doubt("draft", "");
}

/** Take rows of an answer into the plan that is open, else into a new one. */
function take(rows) {
  if (byId("plan-form").inert) return; // on its way to the server: what is added now would be lost
  if (!draft.isOpen) shelf.choose("new");
  for (const each of rows) {
    if (each.action !== "remove") draft.addSource(each.kind, each.places[0], { flow_lps: each.flow_lps, volume_m3: each.holds_m3 });
    else if (!draft.plan.remove.includes(each.ref)) draft.toggle("remove", each.ref, { name: each.title, geometry: { type: "Point", coordinates: each.places[0] } });
  }
  say(t("take.done", { count: rows.length }));
  replace(byId("taken"), t("take.done", { count: rows.length }), " ", el("button", { type: "button", onclick: () => go({ view: VIEWS[0] }) }, t("take.to_plan")));
}

// Others, and the keyboard ---------------------------------------------------------------------------------------------

/** Somebody edited the data: what was computed before may be another by now. Long computations are not begun unasked. */
function heard() {
  base.refresh();
  doubtAll("news", t("doubt.changed", { time: timeOfDay(now()) }));
}

function stateChanged(before) {
  const lost = feed.state === "lost";
  base.setStale(lost);
  doubtAll("lost", lost ? t("doubt.lost", { time: timeOfDay(feed.since) }) : "");
  if (before === "lost") heard();
}

function doubtAll(why, text) {
  comparison.doubt(why, text);
  Object.values(questions).forEach((question) => question.doubt(why, text));
}

function onTabKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  go({ view: VIEWS[(VIEWS.indexOf(shown.view) + step + VIEWS.length) % VIEWS.length] });
  byId(`tab-${shown.view}`).focus();
}

function onMapKey(event) {
  if (event.target !== map.getContainer()) return;
  document.body.classList.add("by-keyboard"); // shows the cross that stands for the pointer
  if (event.key !== "Enter" || !editor.takesClicks || shown.view !== VIEWS[0]) return;
  event.preventDefault();
  editor.click(map.getCenter());
}
