// The best waters and their reasons. None in reach, none usable, none known and a failed look-up are four answers.

import { daysAgo } from "./clock.js";
import { el } from "./dom.js";
import { day, layerById, length, number, t } from "./page.js";
import { minutes } from "./plan_view.js";
import { middle, signOf } from "./verdicts.js";

/** Outcomes of the look-up by road that say nothing of water, only of ways: then the straight line is better than nothing. */
const NO_WAY = new Set(["not_near_road", "none_reached"]);
export const needsStraight = ({ outcome }) => NO_WAY.has(outcome);

/** Nodes that list the sources of an answer; `look(latlng)` brings one into view, `report(source)` marks it. */
export function waterNodes(answer, look) {
  const { features, backup, outcome, begin, question } = answer;
  const driven = question.mode === "drive";
  const sources = features.filter(({ properties }) => properties.rank);
  const head = el("h2", {}, t(driven ? "waters.by_road" : "waters.straight"));
  return [
    head, !driven && el("p", { class: "fine" }, t("nearest.straight")),
    begin?.sentence && el("p", { class: "fine" }, begin.sentence),
    !["found", "none_reached", "not_near_road"].includes(outcome) && outcomeCard(answer),
    needsStraight(answer) && el("div", { class: `outcome ${outcome}` }, el("strong", {}, answer.sentence || t("waters.no_way"))),
    sources.length > 0 && el("ol", { class: "sources" }, ...sources.map((source) => entry(source, look))),
    backup && backupPart(backup, sources, look),
    passedOverList(answer, look),
  ];
}

/** The source that does not hang on the main of the first one: by its rank where it stands in the list already. */
function backupPart(backup, sources, look) {
  const same = sources.find(({ id, properties }) => id === backup.id && properties.rank);
  if (same) return el("p", { class: "fine" }, `${t("waters.backup")}: ${same.properties.rank} (${same.properties.name || same.properties.ref})`);
  return el("div", { class: "backup" }, el("h3", {}, t("waters.backup")), el("ul", { class: "sources" }, entry(backup, look, "B")));
}

function outcomeCard({ outcome, question, beyond, sentence }) {
  const facts = { distance: length(question.max_distance_m ?? 5000), sentence: beyond?.properties.sentence ?? "" };
  const key = `nearest.${outcome}`;
  return el("div", { class: `outcome ${outcome}` }, el("strong", {}, t(key, facts)), el("p", {}, sentence || t(`${key}.hint`, facts)));
}

function passedOverList({ outcome, passed_over: sources = [], passed_over_count: count = 0 }, look) {
  if (count === 0) return null;
  const key = outcome === "none_usable" ? "nearest.passed_over.none_usable" : "nearest.passed_over";
  const more = count > sources.length && el("p", { class: "fine" }, t("nearest.more_passed_over", { count: number(count - sources.length) }));
  return el("details", { class: "over", id: "entry-over", "data-key": "over", open: outcome === "none_usable" },
    el("summary", { "data-key": "over-summary" }, t(key, { count: number(count) })), el("ul", { class: "sources" }, ...sources.map((source) => entry(source, look))), more);
}

function entry(source, look, sign = "✕") {
  const { rank, kind, kind_label: kindLabel, name, ref, layer, reason_label: reason, verdict } = source.properties;
  // "Not known" beside the name would be read as the status.
  const title = [layerById(layer)?.title, kind !== "unknown" && kindLabel].filter(Boolean).join(" · ");
  const doubt = (rank || sign === "B") && verdict && verdict !== "passable";
  return el("li", { id: rank ? `entry-water-${rank}` : null },
    el("button", { type: "button", class: "entry", "data-key": `${layer}/${ref}`, onclick: () => look(middle(source.geometry), source) },
      el("span", { class: doubt ? "rank finding unknown" : rank ? "rank" : sign === "B" ? "rank" : "rank over", "aria-hidden": "true" }, rank ? String(rank) : sign),
      el("span", { class: "what" }, el("span", {}, el("strong", {}, name || ref), " ", el("span", { class: "kind" }, title)),
        doubt && el("span", { class: "flow unknown" }, `${signOf(verdict)} ${t(`verdict.${verdict}`)}`),
        reason && el("span", { class: "reason" }, reason), ...facts(source.properties)),
      far(source.properties)));
}

/** By road in minutes and metres, else in a straight line: the two are never told as one. */
function far({ drive_m: drive, time_s: time, distance_m: straight, straight_m: line, hose_count: hoses, compass, bearing_deg: bearing }) {
  const metres = drive ?? straight ?? line;
  return el("span", { class: "far" }, time != null && el("strong", {}, t("approach.minutes", { minutes: minutes(time) })),
    el("span", { class: time == null ? "only" : null }, length(metres)), drive == null && el("span", { class: "fine" }, t("waters.line")), drive == null && arrow(bearing, compass),
    hoses != null && el("span", {}, t("nearest.hoses", { count: number(hoses) })));
}

function facts({ flow_lps: flow, flow_state: state, flow_measured_on: on, volume_m3: volume, status_label: status, status_on: asOf, address, evidence, verification_label: verified, main }) {
  const measured = () => (on ? `${t("nearest.flow_on", { flow: number(flow), date: day(on) })} (${daysAgo(on)})` : t("nearest.flow", { flow: number(flow) }));
  const known = state === "measured";
  const seen = asOf ? `${t("nearest.status_on", { status, date: day(asOf) })} (${daysAgo(asOf)})` : status;
  return [
    el("span", { class: known ? "flow" : "flow unknown" }, known ? measured() : t("nearest.flow_unknown")),
    volume != null && el("span", {}, t("nearest.volume", { volume: number(volume) })),
    el("span", { class: "fine" }, [seen, evidence && t(`evidence.${evidence}`), verified].filter(Boolean).join(" · ")),
    (address || main) && el("span", { class: "fine" }, [address, main].filter(Boolean).join(" · ")),
  ];
}

/** The direction as an arrow and as the letters of the compass. */
function arrow(bearing, compass) {
  if (bearing == null) return null;
  const canvas = el("canvas", { width: "28", height: "28", class: "arrow", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.translate(14, 14);
  context.rotate((bearing * Math.PI) / 180);
  // Notched at its foot: a plain triangle points three ways.
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--water");
  context.fill(new Path2D("M0 -13 L9 11 L0 5 L-9 11 Z"));
  return el("span", { class: "compass" }, canvas, t(`compass.${compass}`));
}
