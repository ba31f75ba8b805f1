// The form of a plan: its name, what it builds, what it takes away. A click on the map, or Enter under the cross, adds to it.

import { byId, el, replace, say } from "../layers/dom.js";
import { config, layerById, t } from "../layers/page.js";
import { titleOf } from "../layers/popup.js";
import { nameOfSource } from "./plan_drawing.js";

const KINDS = ["hydrant", "tank", "intake"];
const TAKEN = { remove: "access-restrictions", close_roads: "roads" };
const NO_TOOL = "look";
/** What a source gives, as [member, least, most]. */
const FLOW = ["flow_lps", 0.1, config.mostFlowLps];
const OF_TANK = [["volume_m3", 0.1, config.mostVolumeM3], ["refill_lps", 0, config.mostFlowLps]];
const NO_TANK = { volume_m3: null, refill_lps: null };

export class PlanEditor {
  /** `save()`, `discard()` and `drop()` are what the buttons do; `show(place)` brings a place into view. */
  constructor(draft, base, acts) {
    Object.assign(this, { draft, base, acts, tool: NO_TOOL, clicks: 0, wards: [] });
    this.form = byId("plan-form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      acts.save();
    });
  }

  /** Whether a click on the map writes something: only while the form is in sight. */
  get takesClicks() {
    return this.draft.isOpen && byId("plan-edit").open && !this.form.inert && this.tool !== NO_TOOL;
  }

  setWards(wards) {
    this.wards = wards;
    if (this.draft.isOpen) this.show();
  }

  /** Something was clicked on the map, or Enter pressed over it. */
  async click(latlng) {
    if (KINDS.includes(this.tool)) {
      this.draft.addSource(this.tool, [latlng.wrap().lng, latlng.lat]);
      return say(t("plan.added", { name: nameOfSource(this.draft.plan.sources.at(-1), this.draft.plan.sources.length - 1) }));
    }
    const [click, list] = [(this.clicks += 1), this.tool];
    const found = await this.base.pick(latlng, ({ id }) => id === TAKEN[list]).catch((error) => ({ problem: error.message }));
    if (click !== this.clicks || !this.draft.isOpen) return undefined; // somebody clicked elsewhere meanwhile
    const { ref } = found?.feature?.properties ?? {};
    if (!ref) return this.tell(found?.problem ?? t(found?.cluster ? "plan.nearer" : `plan.none.${list}`));
    const name = titleOf(layerById(TAKEN[list]), found.feature.properties);
    const isIn = this.draft.toggle(list, ref, { name, geometry: found.feature.geometry });
    return this.tell(t(isIn ? "plan.added" : "plan.taken_out", { name }));
  }

  tell(text) {
    byId("plan-clicked").textContent = text;
    say(text);
  }

  show() {
    const { draft } = this;
    byId("plan-edit").hidden = !draft.isOpen;
    if (!draft.isOpen) return replace(this.form);
    if (draft.isChanged || !draft.id) byId("plan-edit").open = true; // what is not stored must be seen
    replace(this.form, this.words(), this.tools(), this.sources(), ...["remove", "close_roads"].map((list) => this.taken(list)), el("p", { id: "plan-state", class: "fine", role: "status" }), this.buttons());
    return this.showState();
  }

  /** What the plan is by now, without making the form anew. */
  showState() {
    const { draft } = this;
    const { sources, remove, close_roads: close } = draft.plan;
    byId("plan-parts").textContent = t(draft.isChanged || !draft.id ? "plan.parts_unstored" : "plan.parts", { sources: sources.length, remove: remove.length, close: close.length });
    byId("plan-state").textContent = this.stateText();
  }

  words() {
    const { plan } = this.draft;
    const write = (member) => ({ target }) => this.draft.write({ [member]: target.value }, false);
    const wards = [["", t("plan.whole_city")], ...this.wards.map(({ code, name }) => [code, name])];
    if (plan.ward && !wards.some(([code]) => code === plan.ward)) wards.push([plan.ward, plan.ward]);
    return el("div", { class: "words" },
      el("label", {}, t("plan.name"), el("input", { type: "text", "data-key": "plan-name", required: true, maxlength: 120, value: plan.name, autocomplete: "off", oninput: write("name") })),
      el("label", {}, t("plan.ward"), el("select", { "data-key": "plan-ward", onchange: write("ward") }, ...wards.map(([code, name]) => el("option", { value: code, selected: code === (plan.ward ?? "") }, name)))),
      el("label", { class: "wide" }, t("plan.note"), el("textarea", { rows: 2, maxlength: 2000, "data-key": "plan-note", oninput: write("note") }, plan.note)));
  }

  /** What a click on the map means: one of these. */
  tools() {
    const choice = (tool) => el("label", { class: "tool" }, el("input", { type: "radio", name: "tool", value: tool, "data-key": `tool-${tool}`, checked: tool === this.tool, onchange: () => this.setTool(tool) }), t(`tool.${tool}`));
    return el("fieldset", { class: "map-tools" }, el("legend", {}, t("tool.title")), ...[...KINDS, ...Object.keys(TAKEN), NO_TOOL].map(choice),
      el("p", { class: "fine wide", id: "plan-clicked" }, t("tool.hint")));
  }

  setTool(tool) {
    this.tool = tool;
    document.body.dataset.tool = tool;
  }

  sources() {
    const { sources } = this.draft.plan;
    return el("section", {}, el("h3", {}, t("plan.sources")), sources.length === 0 && el("p", { class: "fine" }, t("plan.no_sources")),
      el("ol", { class: "parts" }, ...sources.map((source, i) => this.source(source, i))));
  }

  source(source, i) {
    const { draft } = this;
    const write = (members, redraw = false) => draft.write({ sources: draft.plan.sources.map((each, n) => (n === i ? { ...each, ...members } : each)) }, redraw);
    const named = nameOfSource(source, i);
    const isTank = source.kind === "tank";
    const changeKind = ({ target: { value: kind } }) => write({ kind, ...(kind === "tank" ? {} : NO_TANK) }, true);
    const given = ([member, min, max]) => el("label", {}, t(isTank ? `tank.${member}` : "source.flow"), el("input", { type: "number", min, max, step: "any", inputmode: "decimal", value: source[member], placeholder: t("source.flow_unknown"), "data-key": `${member}-${i}`, oninput: ({ target }) => write({ [member]: numberOf(target) }) }));
    return el("li", {},
      el("button", { type: "button", class: "number", "data-key": `source-${i}`, "aria-label": t("show_on_map", { name: named }), onclick: () => this.acts.show(source.place) }, String(i + 1)),
      el("label", {}, t("source.kind"), el("select", { "data-key": `kind-${i}`, onchange: changeKind }, ...KINDS.map((kind) => el("option", { value: kind, selected: kind === source.kind }, t(`kind.${kind}`))))),
      el("label", {}, t("source.name"), el("input", { type: "text", maxlength: 120, value: source.name, "data-key": `name-${i}`, oninput: ({ target }) => write({ name: target.value }) })),
      el("div", { class: "gives" }, ...(isTank ? [...OF_TANK, FLOW] : [FLOW]).map(given)),
      el("button", { type: "button", class: "drop", "data-key": `drop-${i}`, "aria-label": t("plan.take_out", { name: named }), onclick: () => draft.write({ sources: draft.plan.sources.filter((_each, n) => n !== i) }) }, "×"));
  }

  taken(list) {
    const { plan, places } = this.draft;
    return plan[list].length > 0 && el("section", {}, el("h3", {}, t(`plan.${list}`)), el("ul", { class: "parts taken" }, ...plan[list].map((ref) => {
      const { name, there = true } = places[ref] ?? {};
      const named = name && name !== ref ? `${name} (${ref})` : ref;
      return el("li", {}, el("span", {}, named, !there && el("strong", { class: "gone" }, ` ${t("plan.gone")}`)),
        el("button", { type: "button", class: "drop", "data-key": `drop-${ref}`, "aria-label": t("plan.take_out", { name: named }), onclick: () => this.draft.toggle(list, ref) }, "×"));
    })));
  }

  stateText() {
    const { draft } = this;
    if (draft.isBehind) return t("plan.behind", { read: draft.version, now: draft.stored.version });
    if (!draft.isChanged) return draft.id ? t("plan.stored") : "";
    return t(draft.outlives ? "plan.kept" : "plan.not_kept");
  }

  buttons() {
    const { draft, acts } = this;
    return el("div", { class: "actions" },
      el("button", { type: "submit", class: "primary", "data-key": "plan-save" }, t("plan.save")),
      el("button", { type: "button", "data-key": "plan-discard", onclick: () => acts.discard() }, t(draft.id ? "plan.discard" : "plan.cancel")),
      draft.id && el("button", { type: "button", "data-key": "plan-delete", onclick: () => acts.drop() }, t("plan.delete")));
  }
}

const numberOf = ({ value }) => (value.trim() === "" ? null : Number(value));
