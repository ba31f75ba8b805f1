// The vehicles and how deep each of them gets: the one list in which the vehicle is chosen, by a click or by its digit.

import { ask } from "./api.js";
import { byId, el, replace } from "./dom.js";
import { config, length, number, t } from "./page.js";
import { minutes } from "./plan_view.js";
import { keepVehicle, question } from "./question.js";
import { signOf } from "./verdicts.js";

let [vehicles, loading] = [[], null];
const listeners = [];

/** Take the vehicles that the page came with, if it did: whether the vehicle is known now, so that roads can be judged. */
export function takeVehicles(given = config.map.sources.ways?.vehicles) {
  if (!given) return false;
  offer(given);
  // Told a moment later: the roads come first, and to write numbers in this language takes the browser long.
  loading = new Promise((resolve) => { setTimeout(() => { showVehicles(); resolve(); }); });
  return true;
}

/** Load the vehicles, once; a failure is tried again the next time. */
export function loadVehicles() {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load() {
  offer((await ask("/api/vehicles")).vehicles);
  showVehicles();
}

function offer(given) {
  vehicles = given;
  if (vehicles.length && !vehicles.some(({ code }) => code === question.vehicle)) {
    question.unknownVehicle = question.vehicle; // a link of another day: another vehicle is told, not put in its place unseen
    question.vehicle = vehicles[0].code;
  }
}

export const onVehicle = (act) => listeners.push(act);

/** What the chosen vehicle is called, with its size. */
export function vehicleName() {
  const vehicle = vehicles.find(({ code }) => code === question.vehicle);
  return vehicle ? `${vehicle.name} (${sizeOf(vehicle)})` : "";
}

export function chooseVehicle(code) {
  keepVehicle(code);
  question.unknownVehicle = "";
  showVehicles();
  listeners.forEach((act) => act(code));
}

/** Choose by the digit in front of it; false where there is none. */
export function chooseByDigit(digit) {
  const vehicle = vehicles[Number(digit) - 1];
  if (vehicle) chooseVehicle(vehicle.code);
  return Boolean(vehicle);
}

let rows = null;

/** Show the list; `matrix` are the rows of a plan, null where there is none. */
export function showVehicles(matrix = rows) {
  rows = matrix;
  const told = new Map((rows ?? []).map((row) => [row.vehicle, row]));
  const known = vehicles.map((vehicle, i) => [vehicle, told.get(vehicle.code), i + 1]);
  const others = rows && known.some(([, row]) => !row);
  replace(byId("vehicles"), el("h2", {}, t(rows ? "approach.matrix" : "vehicles.choose")),
    el("table", { class: "matrix" }, rows && head(), el("tbody", {}, ...known.map(([vehicle, row, digit]) => tableRow(vehicle, row, digit)))),
    others && el("p", { class: "fine" }, t("vehicles.other_station")),
    (rows ?? []).some(({ hose_m: hose, exceeds }) => hose != null && exceeds == null) && el("p", { class: "fine" }, t("approach.load_unknown")));
}

const head = () => el("thead", {}, el("tr", {}, ...["vehicle", "outcome", "hose", "drive"].map((key) => el("th", { scope: "col" }, t(`approach.matrix.${key}`)))));

const sizeOf = ({ width_m: width, height_m: height, gross_weight_t: weight }) => `${number(width)} × ${number(height)} m, ${number(weight)} t`;

function tableRow(vehicle, row, digit) {
  const { code, name } = vehicle;
  const [chosen, size] = [code === question.vehicle, sizeOf(vehicle)];
  const button = el("button", { type: "button", "data-key": code, "aria-pressed": String(chosen), title: size, onclick: () => chooseVehicle(code) },
    digit < 10 && el("kbd", {}, String(digit)), el("span", {}, name));
  return el("tr", { class: chosen ? "chosen" : null }, el("th", { scope: "row" }, button), ...(rows ? cells(row) : [el("td", { class: "fine" }, size)]));
}

function cells(row) {
  if (!row) return [el("td", { colspan: "3", class: "fine" }, "–")];
  const { outcome, verdict, hose_m: hose, hoses, exceeds, drive_s: drive, possible_hose_m: possible } = row;
  return [
    el("td", { class: `gets ${verdict}` }, `${signOf(verdict)} ${t(`approach.gets.${outcome}`)}`),
    el("td", {}, hose == null ? "–" : `${length(hose)} (${number(hoses)})${exceeds == null ? "*" : ""}`, exceeds && el("span", { class: "short" }, t("approach.exceeds")),
      possible != null && (hose == null || possible < hose) && el("span", { class: "fine" }, t("vehicles.possible", { length: length(possible) }))),
    el("td", {}, drive == null ? "–" : t("approach.minutes", { minutes: minutes(drive) })),
  ];
}
