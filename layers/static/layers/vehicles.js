// The vehicle that is asked about: one choice for every question on the page.

import { ask } from "./api.js";
import { byId, el } from "./dom.js";
import { number } from "./page.js";

const choice = byId("vehicle");
let loading = null;

/** Load the vehicles, once; a failure is tried again the next time. */
export function loadVehicles() {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load() {
  const { vehicles } = await ask("/api/vehicles");
  choice.replaceChildren(...vehicles.map(({ code, name, width_m: width, height_m: height, gross_weight_t: weight }) =>
    el("option", { value: code }, `${name} (${number(width)} × ${number(height)} m, ${number(weight)} t)`)));
}

export const chosenVehicle = () => choice.value;

/** What the chosen vehicle is called, with its size. */
export const vehicleName = () => choice.selectedOptions[0]?.textContent ?? "";

/** Choose a vehicle as if by hand. */
export function chooseVehicle(code) {
  choice.value = code;
  choice.dispatchEvent(new Event("change"));
}

export const onVehicle = (act) => choice.addEventListener("change", act);
