// The check list of a kind of source as a form for fingers. Every answer is kept at once; what nobody looked at has none.

import { now } from "../layers/clock.js";
import { el, replace } from "../layers/dom.js";
import { config, day, number, t } from "../layers/page.js";

const LISTS = config.checkLists;
const BY = "thuylo.inspector";
const dates = new Intl.DateTimeFormat("en-CA", { timeZone: config.timeZone, year: "numeric", month: "2-digit", day: "2-digit" });

/** An empty form about a source: {key, layer, name, point}. */
export const emptyForm = (source) => ({ source, answers: { inspected_by: recall() }, body: null, key: "", before: null, problem: "", begun: now() });

/** Fill a form element; `changed()` is called after each answer. */
export function showForm(element, form, { changed, send }) {
  const lines = LISTS.lists[form.source.layer];
  replace(element,
    choice(form, { item: "outcome", label: t("check.outcome"), choices: LISTS.outcomes }, { required: true }),
    choice(form, { item: "why", label: t("check.why"), choices: LISTS.whys }, { required: true }),
    ...lines.map((line) => (line.choices ? choice(form, line, { none: t("check.not_looked") }) : quantity(form, line))),
    text(form, "remarks", el("textarea", { rows: 2, maxlength: 2000 })),
    text(form, "inspected_by", el("input", { type: "text", maxlength: 120, autocomplete: "name" })),
    el("p", { class: "fine" }, t("check.on", { date: day(today()) })),
    el("div", { id: "check-said", role: "alert" }),
    el("button", { type: "submit", class: "primary", "data-key": "send" }, t("check.send")));
  fit(element, form);
  element.onchange = element.oninput = (event) => {
    note(form, event.target);
    fit(element, form);
    changed();
  };
  element.onsubmit = (event) => {
    event.preventDefault();
    if (element.reportValidity()) send();
  };
}

/** The body of the request; decided once, so that sent again it is the same. */
export function bodyOf({ source, answers }) {
  const lines = LISTS.withoutLines.includes(answers.outcome) ? [] : LISTS.lists[source.layer].map(({ item }) => item);
  const said = answers.outcome === LISTS.withWhy ? ["why", ...lines] : lines;
  const given = ["outcome", ...said, "remarks", "inspected_by"].filter((name) => answers[name] !== undefined && answers[name] !== "");
  return { source: source.key, inspected_on: today(), ...Object.fromEntries(given.map((name) => [name, answers[name]])) };
}

/** The day in Hanoi by the server's clock: a look is never dated ahead. */
const today = () => dates.format(now());

function choice(form, { item, label, choices }, { required = false, none = null }) {
  const options = none === null ? choices : [...choices, { code: "", label: none }];
  return el("fieldset", { "data-item": item, class: `of-${options.length}` }, el("legend", {}, label),
    ...options.map(({ code, label: said }) => el("label", { class: "choice" },
      el("input", { type: "radio", name: item, value: code, required, checked: (form.answers[item] ?? (none === null ? undefined : "")) === code, "data-key": `${item}/${code}` }), el("span", {}, said))));
}

function quantity(form, { item, label, most }) {
  return el("div", { class: "line", "data-item": item }, el("label", { for: `check-${item}` }, label),
    el("input", { id: `check-${item}`, type: "number", name: item, min: 0, max: most, step: "any", inputmode: "decimal", value: form.answers[item], placeholder: t("check.not_looked"), "data-key": item,
      title: t("check.from_to", { most: number(most) }) }));
}

function text(form, name, input) {
  input.id = `check-${name}`;
  input.name = name;
  input.dataset.key = name;
  input.value = form.answers[name] ?? "";
  return el("div", { class: "line", "data-item": name }, el("label", { for: input.id }, t(`check.${name}`)), input);
}

function note({ answers }, { name, type, value, valueAsNumber }) {
  if (type === "number") answers[name] = Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
  else answers[name] = type === "radio" ? value : value.trim();
  if (name === "inspected_by") remember(answers[name]);
}

/** What is missing has no lines, and only what cannot be tested has a reason. */
function fit(element, { source, answers }) {
  const hidden = new Set(answers.outcome === LISTS.withWhy ? [] : ["why"]);
  if (!answers.outcome || LISTS.withoutLines.includes(answers.outcome)) LISTS.lists[source.layer].forEach(({ item }) => hidden.add(item));
  for (const line of element.querySelectorAll("[data-item]")) {
    line.hidden = hidden.has(line.dataset.item);
    line.querySelectorAll("input").forEach((input) => { input.disabled = line.hidden; });
  }
}

function recall() {
  try {
    return localStorage.getItem(BY) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

function remember(name) {
  try {
    localStorage.setItem(BY, name);
  } catch { /* then it is typed again next time */ }
}
