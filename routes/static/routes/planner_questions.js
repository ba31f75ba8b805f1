// The three questions beside plans: what to remove, what is missed most, where to build.

import { el } from "../layers/dom.js";
import { number, t } from "../layers/page.js";
import { signOf } from "../layers/verdicts.js";

const COSTS = ["cost_hydrant", "cost_tank", "cost_intake"];
const households = ({ households: count, homes }) => el("span", {}, number(count), el("span", { class: "fine" }, ` ${t("ask.homes", { count: number(homes) })}`));
const given = (values, names) => Object.fromEntries(names.map((name) => [name, String(values.get(name) ?? "").trim()]).filter(([, value]) => value !== ""));
const order = (question) => ({ key: "order", title: "#", text: true, value: (row) => row.order, show: (row) => question.numberButton(row) });
const words = (key, title, value) => ({ key, title, text: true, value, show: value });
const row = ({ geometry, properties }, title) => ({ ...properties, title, places: [geometry.coordinates] });

/** What of the homes is reached today, in a list; some of it is not known. */
function reached({ today }) {
  if (!today) return [];
  const line = (key, { households: count, homes }) => el("li", { "data-figure": key }, t(`remove.${key}`, { count: number(count), homes: number(homes) }));
  return [el("ul", { class: "bullets" }, ...["surely_reached", "perhaps_reached", "blocked", "opened_by_no_removal"].map((key) => line(key, today[key])),
    ...today.fewest_removals.map(({ removals, households: count }) => el("li", {}, t("remove.fewest", { removals: number(removals), count: number(count) }))))];
}

export const REMOVE = {
  view: "remove", path: "/api/removals", by: "opened",
  query: (values) => given(values, ["hose_m", "limit"]),
  kind: ({ verdict }) => `finding ${verdict}`,
  rows: ({ features }) => features.map((feature) => row(feature, feature.properties.name || feature.properties.kind_label)),
  parts: reached,
  columns: (question) => [
    order(question),
    { ...words("name", t("remove.obstacle"), ({ title }) => title), show: ({ title, kind_label: kind, street }) => el("span", {}, title, el("span", { class: "fine" }, ` ${[kind, street].filter((each) => each && each !== title).join(" · ")}`)) },
    { key: "opened", title: t("remove.opened"), value: ({ opened }) => opened.households, show: ({ opened }) => households(opened) },
    { key: "surely", title: t("remove.opened_surely"), value: ({ opened_surely: surely }) => surely.households, show: ({ opened_surely: surely }) => households(surely) },
    { key: "made_sure", title: t("remove.made_sure"), value: ({ made_sure: sure }) => sure.households, show: ({ made_sure: sure }) => households(sure) },
    { ...words("action", t("remove.action"), ({ action }) => t(`remove.action.${action}`)), show: (each) => (each.action === "remove" ? el("button", { type: "button", "data-key": `take-${each.order}`, "aria-label": t("take.remove.named", { name: each.title }), onclick: () => question.take([each]) }, t("take.remove")) : t("remove.action.measure")) },
  ],
};

/** One row a main, with all its hydrants. */
function failing({ features }) {
  const rows = new Map();
  for (const feature of features) {
    const { order: number_, name, ref, main_ref: main } = feature.properties;
    const known = rows.get(number_);
    if (known) Object.assign(known, { places: [...known.places, feature.geometry.coordinates], title: t("critical.main", { main, count: number(known.places.length + 1) }) });
    else rows.set(number_, row(feature, name || ref));
  }
  return [...rows.values()];
}

export const CRITICAL = {
  view: "critical", path: "/api/critical-sources", by: "households",
  query: (values) => given(values, ["fails", "limit"]),
  kind: () => "critical",
  rows: failing,
  parts: ({ households: told, rests_on: rests }) => [el("ul", { class: "bullets" },
    el("li", {}, t("critical.covered", { count: number(told.covered_today), all: number(told.all) })),
    el("li", { "data-figure": "on_one_only" }, t("critical.on_one_only", { count: number(told.on_one_only) })),
    rests.main_unknown > 0 && el("li", {}, t("critical.main_unknown", { count: number(rests.main_unknown) })))],
  columns: (question) => [
    order(question),
    { ...words("name", t("critical.source"), ({ title }) => title), show: ({ title, main_ref: main, synthetic }) => el("span", {}, title, synthetic && el("span", { class: "badge" }, t("popup.synthetic")), main && el("span", { class: "fine" }, ` ${main}`)) },
    { key: "households", title: t("critical.households"), value: (each) => each.uncovers_households, show: (each) => number(each.uncovers_households) },
    { key: "homes", title: t("critical.homes"), value: (each) => each.uncovers_homes, show: (each) => number(each.uncovers_homes) },
  ],
};

/** How good the choice is: the bound that nothing exceeds, and what lies between. */
function certificate({ bound, households: told }, question) {
  const { newly_covered_at_most: most, gap, share_of_bound_pct: share, proven_best: best, time_was_up: timeUp } = bound;
  return [
    el("dl", { class: "certificate" }, ...[
      ["newly", number(told.newly_covered)], ["most", number(most)],
      ["gap", best ? t("build.proven") : share === null ? number(gap) : t("build.gap_of", { gap: number(gap), share: number(share) })],
      ["coverable", number(told.coverable)], ["still", number(told.still_not_covered)],
      ...(told.beyond_one > 0 ? [["beyond_one", number(told.beyond_one)]] : []),
    ].map(([key, value]) => el("div", { "data-figure": key }, el("dt", {}, t(`build.${key}`)), el("dd", {}, value)))),
    timeUp && el("p", { class: "doubts" }, t("build.time_up")),
    question.answer.features.length > 0 && el("div", { class: "actions" }, el("button", { type: "button", class: "primary", "data-key": "take-all", onclick: () => question.take(BUILD.rows(question.answer)) }, t("take.build_all"))),
  ];
}

const standing = ({ checks }) => ["met", "not_met", "unknown"].map((each) => [each, checks.filter((check) => check.standing === each).length]);

/** How a place stands by the rules: counted, and each with its clause. */
function checked({ checks, order: number_ }) {
  if (checks.length === 0) return t("build.no_rule");
  return el("details", { "data-key": `checks-${number_}` },
    el("summary", {}, standing({ checks }).filter(([, count]) => count > 0).map(([each, count]) => t(`build.checks.${each}`, { count: number(count) })).join(", ")),
    el("ul", { class: "bullets" }, ...checks.map((check) => el("li", {}, el("strong", {}, check.standing_label), ` – ${check.title}, ${number(check.value)} ${check.unit} (${check.instrument}, ${check.clause}): ${check.because_label}${check.found === null ? "" : `, ${number(check.found)}`}`))));
}

export const BUILD = {
  view: "build", path: "/api/siting", by: "adds",
  query: (values, planId) => ({
    candidates: values.getAll("candidates").join(","),
    ...(values.getAll("candidates").includes("scenario") && planId ? { scenario: planId } : {}),
    ...given(values, ["k", "flow_lps", "kind", "spacing_m", "apart_m", "budget", ...(values.get("budget") ? COSTS : [])]),
    certificate: values.get("certificate") ? "yes" : "no",
  }),
  kind: ({ kind }) => `planned ${kind}`,
  rows: ({ features }) => features.map((feature) => row(feature, [t(`kind.${feature.properties.kind}`), feature.properties.street || feature.properties.about].filter(Boolean).join(", "))),
  parts: certificate,
  columns: (question) => [
    order(question),
    words("place", t("build.place"), ({ title }) => title),
    { key: "adds", title: t("build.adds"), value: (each) => each.adds_households, show: (each) => number(each.adds_households) },
    { key: "within", title: t("build.within"), value: (each) => each.households_within, show: (each) => number(each.households_within) },
    words("truck", t("build.truck"), ({ truck }) => (truck ? `${signOf(truck)} ${t(`verdict.${truck}`)}` : t("build.not_asked"))),
    { ...words("checks", t("build.checks"), (each) => standing(each)[1][1]), show: checked },
    { ...words("take", t("take.title"), ({ order: number_ }) => number_), show: (each) => el("button", { type: "button", "data-key": `take-${each.order}`, "aria-label": t("take.build.named", { name: each.title }), onclick: () => question.take([each]) }, t("take.build")) },
  ],
};

