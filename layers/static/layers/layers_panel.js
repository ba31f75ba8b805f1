// The list of layers: what is shown, what its symbols mean, and what is missing from the picture.

import { byId, el } from "./dom.js";
import { number, t } from "./page.js";
import { swatch } from "./symbols.js";

/** Fill the list, topmost layer first; `changed` is called when a layer is switched. */
export function buildLayersPanel(stores, changed) {
  byId("layer-list").append(...[...stores].reverse().map((store) => layerRow(store, changed)));
}

/** The rows of the base map above the layers: roads by the vehicle with their three patterns, and pictures if there are any. */
export function buildBaseRows(base) {
  const patterns = el("ul", { class: "legend" }, ...base.legend().map(({ label, swatch: picture }) => el("li", {}, picture, label)));
  const ofWhom = el("span", { class: "fine", id: "ways-vehicle" });
  const rows = [el("li", { class: "ways" }, switchOf(base, "ways", t("ways.title")), ofWhom, patterns)];
  if (base.imagery) rows.push(el("li", {}, switchOf(base, "imagery", t("layers.imagery"))));
  byId("layer-list").prepend(...rows);
}

function switchOf(base, id, title) {
  const box = el("input", { type: "checkbox", id: `layer-${id}`, onchange: () => base.show(id, box.checked) });
  box.checked = base.isShown(id);
  return el("label", { for: box.id }, box, el("span", {}, title));
}

function layerRow(store, changed) {
  const { layer } = store;
  const box = el("input", { type: "checkbox", id: `layer-${layer.id}`, onchange: () => {
    store.shown = box.checked;
    changed(store);
  } });
  box.checked = store.shown;
  store.note = el("span", { class: "note" });
  const classes = Object.values(layer.style.classes);
  const head = el("label", { for: box.id, title: layer.description }, box,
    swatch(layer, classes[0] ?? layer.style.default), el("span", {}, layer.title), store.note);
  return el("li", {}, head, classes.length > 0 && legend(layer, classes));
}

function legend(layer, classes) {
  const entries = classes.map((symbol) => el("li", {}, swatch(layer, symbol), symbol.label));
  const known = classes.some((symbol) => symbol.shape === layer.style.default.shape && symbol.colour === layer.style.default.colour);
  if (!known) entries.push(el("li", {}, swatch(layer, layer.style.default), t("layers.other")));
  const list = el("ul", { class: "legend" }, ...entries);
  const button = el("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": t("layers.legend", { layer: layer.title }),
    onclick: () => button.setAttribute("aria-expanded", String(list.hidden = !list.hidden) === "true" ? "false" : "true") });
  list.hidden = true;
  const fold = document.createDocumentFragment();
  fold.append(button, list);
  return fold;
}

/** Say of each layer what the reader cannot see by looking. */
export function showStates(stores, zoom, retry) {
  for (const store of stores) {
    const text = !store.shown ? "" : !store.isDrawn(zoom) ? t("layers.zoom_in")
      : store.state === "loading" ? t("layers.loading") : store.state === "failed" ? t("layers.failed")
        : store.state === "ready" ? number(store.matched) : "";
    store.note.textContent = text;
    store.note.classList.toggle("failed", store.shown && store.state === "failed");
  }
  const failed = stores.some(({ state }) => state === "failed");
  byId("notices").replaceChildren(...(failed ? [el("p", { class: "notice failed" }, `${t("map.failed")} `,
    el("button", { type: "button", onclick: retry }, t("layers.retry")))] : []));
  byId("demo").hidden = !stores.some((store) => store.synthetic);
}

/** What the lines and signs of an answer mean. */
export function buildPlanLegend() {
  const lines = ["passable", "unknown", "blocked", "hose", "hose_unknown", "to_water"].map((kind) => [el("span", { class: `line ${kind}`, "aria-hidden": "true" }), t(`legend.${kind}`)]);
  const signs = [["here", ""], ["stop", "■"], ["finding blocked", "✕"], ["finding unknown", "?"], ["rank", "1"], ["passed-over", "✕"], ["point", "✚"], ["report", "!"]]
    .map(([kind, sign]) => [el("span", { class: `mark ${kind}`, "aria-hidden": "true" }, el("span", {}, sign)), t(`legend.sign.${kind.replace(" ", "_").replace("-", "_")}`)]);
  byId("plan-legend").append(...[...lines, ...signs].map((parts) => el("li", {}, ...parts)));
}
