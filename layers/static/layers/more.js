// What is asked less often: where the vehicle comes from, another time, a flow that is needed.

import { Failure, ask } from "./api.js";
import { byId, el } from "./dom.js";
import { layerById } from "./page.js";
import { question } from "./question.js";
import { titleOf } from "./popup.js";

const MOST_STATIONS = 500;
const FIELDS = [["from", "from"], ["at", "at"], ["min-flow", "minFlow"]];

/** Make the fields work; `changed()` asks anew. */
export function moreOptions(changed) {
  byId("more-form").addEventListener("submit", (event) => event.preventDefault());
  byId("more").addEventListener("toggle", () => byId("more").open && show());
  for (const [id, name] of FIELDS) {
    byId(id).addEventListener("change", () => {
      if (!byId(id).checkValidity()) return;
      question[name] = byId(id).value;
      changed();
    });
  }
}

async function show() {
  await loadStations();
  for (const [id, name] of FIELDS) {
    if (id === "from" && question.from && ![...byId("from").options].some(({ value }) => value === question.from)) byId("from").append(el("option", { value: question.from }, question.from));
    byId(id).value = question[name];
  }
}

async function loadStations() {
  const layer = layerById("fire-stations");
  if (!layer || byId("from").options.length > 1) return;
  try {
    const { features } = await ask(`${layer.items}?limit=${MOST_STATIONS}`);
    byId("from").append(...features.map(({ properties }) => el("option", { value: properties.ref }, titleOf(layer, properties))));
  } catch (error) {
    if (!(error instanceof Failure)) throw error; // without the list the usual station stays
  }
}
