// What a source stands for: the house nearest to it, its lane, the box that its hose can reach, and its ward.

import { Failure, ask } from "../layers/api.js";
import { length, t } from "../layers/page.js";
import { boxAround } from "../layers/question.js";
import { readArea } from "./area.js";

const HOSE_M = 400; // the longest hose that a rule allows; no house farther away in a straight line is reached

const placeOf = ([lng, lat]) => ({ lng, lat });

/** The addresses of the questions about a point; `ward` is {code, name} or null where none is in force there. */
export function questionsAbout(point, ward) {
  const here = point.map((degrees) => degrees.toFixed(7)).join(",");
  const box = `/api/coverage?${new URLSearchParams({ bbox: boxAround(placeOf(point), HOSE_M) })}`;
  return {
    house: `/api/coverage?${new URLSearchParams({ place: here })}`,
    areas: [{ key: "lane", title: t("around.lane"), address: `/api/coverage?${new URLSearchParams({ lane: here })}` },
      { key: "box", title: t("around.box", { distance: length(HOSE_M) }), address: box },
      ...(ward ? [{ key: "ward", title: ward.name, address: `/api/coverage?${new URLSearchParams({ ward: ward.code })}` }] : [])],
  };
}

/** Read how it stands before anything is sent: {ward, house, areas by key}; what cannot be read is null. */
export async function readBefore(point) {
  const ward = await wardOf(point);
  const { house, areas } = questionsAbout(point, ward);
  const [told, ...figures] = await Promise.all([quietly(house), ...areas.map(({ address }) => readArea(address))]);
  return { ward, house: told && { ...told.house, sentence: told.sentence }, areas: Object.fromEntries(areas.map(({ key }, i) => [key, figures[i].figures ? figures[i] : null])) };
}

/** The ward in force at a point, {code, name}; null where there is none, or where nobody answers. */
export async function wardOf([lon, lat]) {
  return (await quietly(`/api/place?${new URLSearchParams({ lon, lat })}`))?.unit ?? null;
}

async function quietly(url) {
  try {
    return await ask(url);
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    return null;
  }
}
