// What is known of one feature, attribute by attribute, in the reader's words.

import { daysAgo } from "./clock.js";
import { el } from "./dom.js";
import { day, number, t } from "./page.js";

const SKIPPED = new Set(["synthetic", "version", "created_at", "updated_at", "tags"]);

/** The content of a popup; `actions` are buttons at its foot. */
export function featurePopup({ layer, feature }, ...actions) {
  const { properties } = feature;
  return el("div", { class: "feature" },
    el("p", { class: "kind" }, layer.title, properties.synthetic && el("span", { class: "badge" }, t("popup.synthetic"))),
    el("h2", {}, titleOf(layer, properties)),
    featureRows(layer, properties),
    actions.length > 0 && el("div", { class: "actions" }, ...actions));
}

/** A table of attributes; with `unknown` quantities that nobody measured are told, not passed over in silence. */
export function featureRows(layer, properties, { unknown = true } = {}) {
  const rows = [...layer.fields]
    .filter((field) => isShown(layer, field, properties, unknown))
    .sort((a, b) => importance(layer, b, properties) - importance(layer, a, properties))
    .map((field) => el("tr", {}, el("th", { scope: "row" }, field.title), el("td", {}, valueText(field, properties[field.name]))));
  return el("div", { class: "attributes", tabindex: "0", role: "region", "aria-label": titleOf(layer, properties) }, el("table", {}, el("tbody", {}, ...rows)));
}

const ADDRESS_PARTS = new Set(["house_number", "lane_chain", "street"]);

const isShown = (layer, { name, unit }, properties, unknown) => (isGiven(properties[name]) || (unknown && unit)) && name in properties && !SKIPPED.has(name) && name !== layer.titleField
  && !(ADDRESS_PARTS.has(name) && properties.address);

/** A name says more to a person than a reference does. */
export const titleOf = ({ titleField }, properties) => (titleField === "ref" && properties.name) || properties[titleField] || properties.ref || t("popup.untitled");

/** What the symbol shows comes first, what only a clerk needs comes last. */
function importance(layer, { name }, properties) {
  if (name === layer.style.by) return 1;
  if (name === "ref" || name === "source") return -2;
  return isGiven(properties[name]) ? 0 : -1;
}

const isGiven = (value) => value !== null && value !== undefined && value !== ""
  && !(typeof value === "object" && Object.keys(value).length === 0);

function valueText({ choices, type, unit }, value) {
  if (!isGiven(value)) return t("popup.unknown");
  const inUnit = (text) => (unit ? `${text} ${unit}` : text);
  if (choices[value] !== undefined) return choices[value];
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (type === "date") return `${day(value)} (${daysAgo(value)})`;
  if (type === "date-time") return day(value);
  // A year is an integer too, and nobody writes "2.019".
  if (typeof value === "number") return inUnit(type === "integer" && !unit ? String(value) : number(value));
  if (Array.isArray(value)) return inUnit(value.join(" · "));
  if (typeof value === "object") return Object.entries(value).map(([name, each]) => `${name}: ${each}`).join("; ");
  return inUnit(String(value));
}
