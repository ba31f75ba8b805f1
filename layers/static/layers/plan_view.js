// The approach in words: how far the vehicle gets, what stops it, and what is left for people to do.

import { el } from "./dom.js";
import { waterKind } from "./plan_map.js";
import { length, number, t } from "./page.js";
import { findingParts, metresByEvidence, middle, signOf } from "./verdicts.js";

export const minutes = (seconds) => number(Math.max(1, Math.round(seconds / 60)));

/** Nodes that tell a plan; `look(latlng)` brings a place of it into view. */
export function planNodes(answer, look) {
  const by = (role) => answer.features.filter(({ properties }) => properties.role === role);
  const told = (sign, kind) => (feature) => entry(feature, look, toldParts(sign, kind, feature.properties.sentence));
  const judged = (finding) => entry(finding, look, findingParts({ ...finding.properties, order: signOf(finding.properties.verdict) }));
  return [
    answer.rebuilding && el("p", { id: "rebuilding", class: "news" }, t("approach.rebuilding")),
    planCard(answer), doubts(answer),
    section("approach.stops_it", by("blocker").map(judged)),
    section("approach.possible_stop", by("possible_stop").map(told("?", "rank finding unknown"))),
    section("approach.water", by("water").map((source) => told("W", waterKind(source.properties.verdict))(source))),
    section("approach.turning", by("reverse").map(told("↺", "rank turn"))),
    section("approach.firefighting_point", by("firefighting_point").map(told("✚", "rank point"))),
  ];
}

const toldParts = (sign, kind, sentence) => [
  el("span", { class: kind, "aria-hidden": "true" }, sign), el("span", { class: "what" }, el("span", {}, sentence)),
];

function entry({ geometry, properties }, look, parts) {
  return el("li", {}, el("button", { type: "button", class: "entry", "data-key": properties.sentence, onclick: () => look(middle(geometry)) }, ...parts));
}

export const section = (title, entries) => (entries.length > 0 ? el("section", {}, el("h3", {}, t(title)), el("ul", { class: "findings" }, ...entries)) : null);

/** What the vehicle does, in large type what is left for people to do, and what it rests on. */
function planCard({ outcome, verdict, sentence, stale, stale_reason: reason, features, vehicle }) {
  const of = (role) => features.find(({ properties }) => properties.role === role)?.properties;
  const [hose, truck, start] = ["hose", "truck", "start"].map(of);
  const laid = hose ? [
    t("approach.by_hand", { minutes: minutes(hose.lay_by_hand_s) }), t("approach.with_cart", { minutes: minutes(hose.lay_with_cart_s) }),
  ] : [];
  const drive = truck && [start?.name, t("approach.minutes", { minutes: minutes(truck.time_s) }), length(truck.length_m)].filter(Boolean).join(" · ");
  const sign = verdict === "passable" && outcome === "stop" ? "■" : signOf(verdict);
  return el("div", { class: `verdict ${verdict} ${outcome}` }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("div", {}, el("span", { class: "fine" }, vehicle?.name), el("strong", {}, t(`approach.outcome.${outcome}`)),
      hose && el("span", { class: "left" }, t("approach.left", { length: length(hose.metres), hoses: number(hose.hoses) })),
      el("p", {}, sentence), stale && el("p", {}, reason || t("approach.stale")), el("p", { class: "fine" }, laid.join(" · ")),
      drive && el("p", { class: "fine" }, drive), truck && el("p", { class: "fine" }, t("approach.rests_on", { metres: metresByEvidence(truck.metres_by_evidence) }))));
}

/** What is to know and stands in no other part of the answer. */
function doubts({ sentences = [], features }) {
  const told = new Set(features.map(({ properties }) => properties.sentence));
  const left = sentences.filter((sentence) => !told.has(sentence));
  return left.length > 0 ? el("ul", { class: "doubts" }, ...left.map((sentence) => el("li", {}, sentence))) : null;
}
