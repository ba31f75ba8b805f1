// What somebody on the spot saw: "hydrant dry", "lane blocked by …". Sent with its place, told what it changed.

import { Failure, ask } from "./api.js";
import { Asked } from "./asked.js";
import { ago, moment } from "./clock.js";
import { byId, el, replace, say } from "./dom.js";
import { lonLatToLatLng, mark } from "./overlay.js";
import { config, layerById, t } from "./page.js";
import { boxAround, lonLat, question } from "./question.js";

const AROUND_M = 400;
const UPLOAD_MS = 60_000; // a photo over a telephone

export class Marks {
  /** `changed()` is called when something was reported: the answer may be another one now. */
  constructor(map, feed, { changed }) {
    Object.assign(this, { map, changed, about: null, place: null });
    this.drawing = L.layerGroup().addTo(map);
    this.open = new Asked(() => this.show());
    this.form = byId("mark-form");
    if (config.signedIn) this.prepareForm();
    feed.addEventListener("news", () => question.place && this.ask());
    feed.addEventListener("state", () => feed.state !== "lost" && this.open.retry());
  }

  prepareForm() {
    const { obstacles } = config.markKinds.find(({ kind }) => kind === "lane_blocked") ?? { obstacles: [] };
    this.form.elements.obstacle.append(el("option", { value: "" }, "…"), ...obstacles.map(({ obstacle, label }) => el("option", { value: obstacle }, label)));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener("change", () => this.fitForm());
  }

  /** Open the form for a place, and for the feature that stands there where one is meant. */
  report(place, about = null) {
    Object.assign(this, { place, about });
    const source = about && layerById(about.layer)?.fields.some(({ name }) => name === "status");
    byId("mark-place").textContent = about?.name ?? lonLat(place);
    byId("mark").showModal();
    if (!config.signedIn) return;
    this.key = [...crypto.getRandomValues(new Uint32Array(4))].join("-"); // what is sent twice counts once
    this.form.reset();
    this.form.elements.kind.value = source ? "source_dry" : "lane_blocked";
    this.form.querySelectorAll("[data-of=source]").forEach((each) => { each.hidden = !source; });
    this.form.querySelectorAll("[data-of=lane]").forEach((each) => { each.hidden = Boolean(source); });
    replace(byId("mark-said"));
    this.fitForm();
  }

  fitForm() {
    const isBlocked = this.form.elements.kind.value === "lane_blocked";
    byId("mark-obstacle").hidden = !isBlocked;
    this.form.elements.obstacle.required = isBlocked;
  }

  async send() {
    const button = this.form.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    replace(byId("mark-said"), el("p", { class: "asking" }, t("mark.sending")));
    try {
      const told = await ask("/api/marks", { body: this.body(), patience: UPLOAD_MS, headers: { "Idempotency-Key": this.key } });
      byId("mark").close();
      this.told(told);
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      replace(byId("mark-said"), el("div", { class: "outcome failed", role: "alert" }, el("strong", {}, t("mark.failed")), el("p", {}, error.message)));
    } finally {
      button.disabled = false;
    }
  }

  /** JSON, or a form where there is a photo. */
  body() {
    const { kind, obstacle, note, photo } = this.form.elements;
    const place = [this.place.lng, this.place.lat].map((degrees) => Number(degrees.toFixed(7)));
    const isMeant = this.about && (kind.value.startsWith("source") || this.about.layer === config.map.sources.ways?.insteadOf);
    const about = isMeant ? { layer: this.about.layer, ref: this.about.ref } : null; // else what stands nearby
    const told = { kind: kind.value, place, about, obstacle: kind.value === "lane_blocked" ? obstacle.value : null, note: note.value.trim() || null };
    if (photo.files.length === 0) return told;
    const body = new FormData();
    for (const [name, value] of Object.entries(told)) if (value !== null) body.set(name, typeof value === "string" ? value : JSON.stringify(value));
    body.set("photo", photo.files[0]);
    return body;
  }

  told({ kind_label: kind, effect }) {
    replace(byId("marked"), el("p", { class: "news", role: "status" }, el("strong", {}, t("mark.done", { kind })), " ", effect));
    say([t("mark.done", { kind }), effect].join(" "));
    this.ask();
    this.changed();
  }

  ask() {
    if (question.place) this.open.ask(`/api/marks?${new URLSearchParams({ bbox: boxAround(question.place, AROUND_M), state: "open" })}`, { keep: true });
  }

  forget() {
    this.open.forget();
    this.drawing.clearLayers();
    replace(byId("marks"));
    replace(byId("marked"));
  }

  show() {
    const marks = this.open.answer?.marks ?? [];
    this.drawing.clearLayers();
    marks.forEach(({ place, kind_label: kind }) => this.drawing.addLayer(mark(lonLatToLatLng(place), "!", "report", kind)));
    const failed = this.open.state === "failed" && el("p", { class: "note failed" }, t("mark.list_failed"));
    replace(byId("marks"), failed, marks.length > 0 && el("h2", {}, t("mark.open")), marks.length > 0 && el("ul", { class: "findings" }, ...marks.map((each) => this.entry(each))));
  }

  entry({ id, kind_label: kind, author, at, obstacle_label: obstacle, note, effect, place, about }) {
    const seen = Date.parse(at);
    const judge = (verb) => el("button", { type: "button", "data-key": `mark-${id}-${verb}`, onclick: () => this.judge(id, verb) }, t(`mark.${verb}`));
    return el("li", { class: "report-entry" },
      el("button", { type: "button", class: "entry", "data-key": `mark-${id}`, onclick: () => this.map.panTo(lonLatToLatLng(place)) },
        el("span", { class: "rank report", "aria-hidden": "true" }, "!"),
        el("span", { class: "what" }, el("strong", {}, [kind, obstacle].filter(Boolean).join(": ")), about?.ref && el("span", { class: "kind" }, about.ref),
          note && el("span", {}, note), effect && el("span", {}, effect), el("span", { class: "fine" }, [author, moment(seen), ago(seen)].filter(Boolean).join(" · ")))),
      config.signedIn && el("span", { class: "judge" }, judge("confirm"), judge("refute")));
  }

  async judge(id, verb) {
    try {
      this.told(await ask(`/api/marks/${id}/${verb}`, { body: null }));
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      replace(byId("marked"), el("p", { class: "news lost", role: "alert" }, `${t("mark.failed")} ${error.message}`));
    }
  }
}
