// What is asked: place, vehicle, and the less usual; and the address of the page that asks the same again.

import { config } from "./page.js";

const KEPT = "thuylo.vehicle";
const MOST_NAME = 120;

/** Nothing chosen yet; the vehicle is the one that was chosen last at this desk. */
export const question = {
  place: null, // L.LatLng
  name: "", // what the place was called when it was chosen
  note: "", // the explanation of the search: "mouth of the lane, 140 m from the house"
  about: null, // {layer, ref, id}: the feature that was chosen, where it was one
  vehicle: recall(),
  unknownVehicle: "", // a code that a link or this desk remembers and the server does not know
  from: "",
  at: "",
  minFlow: "",
};

function recall() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

export function keepVehicle(code) {
  question.vehicle = code;
  try {
    localStorage.setItem(KEPT, code);
  } catch { /* then it is chosen again next time */ }
}

export const lonLat = ({ lng, lat }) => [lng, lat].map((degrees) => degrees.toFixed(7)).join(",");

export function approachAddress() {
  return `/api/approach?${parameters({ to: lonLat(question.place), vehicle: question.vehicle, from: question.from, at: question.at })}`;
}

export function waterAddress(mode, limit) {
  const { place, vehicle, at, minFlow } = question;
  const driven = mode === "drive" ? { vehicle, at } : {};
  return `/api/nearest-water?${parameters({ lon: place.lng.toFixed(7), lat: place.lat.toFixed(7), mode, limit, min_flow_lps: minFlow, ...driven })}`;
}

/** A box of `metres` to each side of the place, as OGC asks for it. */
export function boxAround({ lng, lat }, metres) {
  const [north, east] = [metres / 111_200, metres / (111_200 * Math.cos((lat * Math.PI) / 180))];
  return [lng - east, lat - north, lng + east, lat + north].map((degrees) => degrees.toFixed(6)).join(",");
}

const parameters = (given) => new URLSearchParams(Object.entries(given).filter(([, value]) => value));

/** The fragment of the address: what is seen, what is asked, and the data that it was answered with. No server sees it. */
export function toHash(map, dataVersion) {
  const { lat, lng } = map.getCenter();
  const view = `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
  if (!question.place) return view;
  const { name, vehicle, from, at, minFlow, about } = question;
  const asked = parameters({ to: lonLat(question.place), vehicle, from, at, flow: minFlow, about: about && `${about.layer}/${about.ref}`, name: name.slice(0, MOST_NAME), data: dataVersion && numbersOf(dataVersion) });
  return `${view}?${asked}`;
}

/** Read a fragment: {view: [zoom, lat, lng] or null, asked: true where a place was, data}. What makes no sense is left out. */
export function fromHash(hash) {
  const [head, tail = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const view = head.split("/").map(Number);
  const given = new URLSearchParams(tail);
  const [lng, lat, ...rest] = (given.get("to") ?? "").split(",").map((text) => (text.trim() === "" ? NaN : Number(text)));
  const asked = rest.length === 0 && Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
  if (asked) {
    const [layer, ref] = (given.get("about") ?? "").split(/\/(.*)/s);
    Object.assign(question, {
      place: L.latLng(lat, lng), name: (given.get("name") ?? "").slice(0, MOST_NAME), note: "", from: given.get("from") ?? "", at: given.get("at") ?? "",
      minFlow: given.get("flow") ?? "", vehicle: given.get("vehicle") ?? question.vehicle, about: ref ? { layer, ref } : null,
    });
  }
  const seen = view.length === 3 && head && view.every(Number.isFinite) && Math.abs(view[1]) <= 90;
  return { view: seen ? view : null, asked, data: given.get("data") ?? "" };
}

/** "hydrants_hydrant.6-routes_road.5" is long: in an address the numbers do, in the order of the tables. */
const numbersOf = (version) => version.split("-").map((part) => part.split(".").at(-1)).join(".");

/** Which layers count other writes now than the link says; null where nothing changed, [] where nobody can tell which. */
export function changedSince(data, version) {
  if (!data || !version || data === numbersOf(version)) return null;
  const [before, parts] = [data.split("."), version.split("-")];
  if (before.length !== parts.length) return [];
  const tables = parts.filter((part, i) => part.split(".").at(-1) !== before[i]).map((part) => part.split(".")[0]);
  return config.layers.filter((layer) => tables.includes(layer.table)).map((layer) => layer.title);
}
