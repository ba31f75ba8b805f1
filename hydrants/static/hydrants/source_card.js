// What is known of one source, and how well: what it rests on, how old that is, and what was found at it before.

import { Failure, ask } from "../layers/api.js";
import { daysAgo } from "../layers/clock.js";
import { el } from "../layers/dom.js";
import { day, layerById, number, t } from "../layers/page.js";
import { featureRows } from "../layers/popup.js";
import { dueReason } from "./due.js";

const TOLD = 3; // looks before this one
const HERE_M = 5;

/** Ask for everything about a source: {key, layer, feature, looks, due}; `due` is null where it is not due. */
export async function readSource(key) {
  const [id, number_] = key.split("/");
  const layer = layerById(id);
  if (!layer) throw new Failure(t("source.unknown", { source: key }), 404);
  const [feature, looks] = await Promise.all([
    ask(`${layer.items}/${encodeURIComponent(number_)}`), ask(`/api/inspections?${new URLSearchParams({ source: key })}`),
  ]);
  return { key, layer, feature, looks: looks.inspections, due: await dueOf(key, feature) };
}

/** Whether it is due is the server's to say; where that look-up fails, nobody says. */
async function dueOf(key, { geometry: { coordinates: [lon, lat] } }) {
  try {
    const answer = await ask(`/api/inspections-due?${new URLSearchParams({ lon, lat, max_distance_m: HERE_M, limit: 200 })}`);
    return answer.features.find(({ id }) => id === key)?.properties ?? null;
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    return undefined;
  }
}

/** The label of a code of a field, in the reader's words. */
export function labelOf(layer, field, code) {
  return layer.fields.find(({ name }) => name === field)?.choices[code] ?? code;
}

/** The name by which people call a source. */
export const nameOf = ({ feature: { properties: { name, ref } } }) => name || ref;

export function sourceCard(read) {
  const { layer, feature: { properties }, looks } = read;
  return el("div", { class: "source-card" },
    el("p", { class: "kind" }, [layer.title, properties.address].filter(Boolean).join(" · "),
      properties.synthetic && el("span", { class: "badge" }, t("popup.synthetic"))),
    el("dl", { class: "facts" }, ...facts(read)),
    el("details", { class: "card" }, el("summary", {}, t("source.looks", { count: number(looks.length) })),
      looks.length === 0 && el("p", { class: "fine" }, t("source.no_looks")),
      el("ul", {}, ...looks.slice(0, TOLD).map(lookLine))),
    el("details", { class: "card" }, el("summary", {}, t("source.all")), featureRows(layer, properties)));
}

function facts({ layer, feature: { properties }, due }) {
  const { status, status_on: statusOn, evidence, verified_on: verified, flow_lps: flow, flow_measured_on: measured } = properties;
  const reason = due === undefined ? t("source.due_failed") : due ? `${dueReason(due)}. ${t("source.period", { reason: due.period_reason_label })}` : t("source.not_due");
  const told = [
    [t("source.status"), aged(labelOf(layer, "status", status), statusOn)],
    [t("source.rests_on"), `${t(`evidence.${evidence}`)}; ${verified ? t("source.verified", { date: day(verified), ago: daysAgo(verified) }) : t("source.never_verified")}`],
    [t("source.due"), reason],
    [t("source.flow"), flow == null ? t("nearest.flow_unknown") : aged(t("nearest.flow", { flow: number(flow) }), measured)],
  ];
  return told.map(([what, fact]) => el("div", {}, el("dt", {}, what), el("dd", {}, fact)));
}

const aged = (fact, on) => (on ? t("source.as_of", { fact, date: day(on), ago: daysAgo(on) }) : `${fact} ${t("source.no_day")}`);

function lookLine({ inspected_on: on, outcome_label: outcome, why_label: why, findings, inspected_by: by }) {
  const found = [outcome, why, ...findings.map(({ finding_label: label }) => label)].filter(Boolean).join("; ");
  return el("li", {}, el("strong", {}, day(on)), ` (${daysAgo(on)}): ${found}`, by && el("span", { class: "fine" }, ` · ${by}`));
}
