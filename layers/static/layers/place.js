// A place was chosen: everything that is known of getting there and of its water, at once, and kept true while others edit.

import { Asked } from "./asked.js";
import { ago, moment, timeOfDay } from "./clock.js";
import { Failure } from "./api.js";
import { byId, el, replace, say } from "./dom.js";
import { number, t } from "./page.js";
import { Around } from "./place_around.js";
import { boundsOf, drawPlan, drawWaters, hereMark } from "./plan_map.js";
import { planNodes } from "./plan_view.js";
import { approachAddress, changedSince, question, waterAddress } from "./question.js";
import { loadVehicles, onVehicle, showVehicles } from "./vehicles.js";
import { doubted } from "./verdicts.js";
import { needsStraight, waterNodes } from "./waters.js";

const [LIMIT, TICK_MS] = [3, 1_000];

export class PlaceAnswer {
  /** `feed` tells of edits; `answered()` is called when the plan is another one, `openPopup(source)` shows a source. */
  constructor(map, feed, { answered }) {
    Object.assign(this, { map, feed, answered, linked: "", renewed: null, fitted: false });
    this.drawing = L.layerGroup().addTo(map);
    this.plan = new Asked(() => this.showPlan());
    this.water = new Asked(() => this.waterCame());
    this.straight = new Asked(() => this.showWater());
    this.around = new Around((latlng) => this.look(latlng));
    onVehicle(() => question.place && this.ask());
    feed.addEventListener("versions", ({ detail }) => this.heard(detail));
    feed.addEventListener("state", () => this.stateChanged());
    feed.addEventListener("news", ({ detail }) => this.around.heard(detail.layers));
    setInterval(() => this.showAge(), TICK_MS);
  }

  /** Answer for the place of the question; `data` is the version that a link was made with, `fitted` leaves the view as it is. */
  async ask({ data = "", fitted = false } = {}) {
    Object.assign(this, { linked: data, renewed: null, fitted });
    byId("place").hidden = false;
    for (const part of [this.plan, this.water, this.straight]) part.forget();
    this.around.ask();
    this.draw();
    showVehicles(null);
    this.plan.state = "asking";
    this.showPlan();
    try {
      await loadVehicles();
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      Object.assign(this.plan, { state: "failed", error, missed: true, again: () => this.ask({ data, fitted }) });
      this.showPlan();
      return;
    }
    this.askBoth(false);
  }

  askBoth(keep) {
    const accept = (answer) => !this.isBehind(answer);
    this.plan.ask(approachAddress(), { keep, accept });
    this.water.ask(waterAddress("drive", LIMIT), { keep, accept });
  }

  clear() {
    for (const part of [this.plan, this.water, this.straight, this.around]) part.forget();
    question.place = null;
    byId("place").hidden = true;
    this.drawing.clearLayers();
    showVehicles(null);
    this.feed.hasten(false);
  }

  /** An answer that knows less than the server does already: another process was slower, or a cache lies between. */
  isBehind = (answer) => this.feed.known !== null && answer.network_version < this.feed.known.network_version;

  /** The server says how its data stands: is what is shown still true? */
  heard(told) {
    const { answer } = this.plan;
    if (!question.place) return;
    if (this.plan.busy) return; // what comes is compared anew
    if (answer && isNewer(told, answer)) {
      this.renewing = true;
      this.askBoth(true);
    } else [this.plan, this.water].forEach((part) => part.retry());
  }

  stateChanged() {
    if (this.feed.state !== "lost") [this.plan, this.water, this.straight, this.around].forEach((part) => part.retry());
    if (!question.place) return;
    this.showPlan();
    this.showWater();
  }

  /** Whether nobody can say that what is shown still holds. */
  get unsure() {
    return this.feed.state === "lost" || this.plan.missed;
  }

  shown(part) {
    return this.unsure || part.missed ? doubted(part.answer) : part.answer;
  }

  showPlan() {
    const { state, answer, error } = this.plan;
    this.hasten();
    if (state === "failed") replace(byId("plan"), failure("approach.failed", error, () => this.ask({ data: this.linked, fitted: this.fitted })));
    else if (!answer) replace(byId("plan"), state === "asking" && asking("approach.asking"));
    else this.showAnswer(answer);
    this.showAge();
  }

  /** What is missing, or is known to be another one by now, is asked for soon. */
  hasten() {
    const { answer } = this.plan;
    const { known } = this.feed;
    this.feed.hasten(Boolean(this.plan.missed || this.water.missed || (answer && (answer.rebuilding || (known && isNewer(known, answer))))));
  }

  showAnswer(answer) {
    const isNew = this.told !== answer;
    if (isNew && this.renewing) this.renewed = this.plan.at;
    if (isNew) this.renewing = false;
    this.told = answer;
    const shown = this.shown(this.plan);
    replace(byId("plan"), ...planNodes(shown, (latlng) => this.look(latlng)));
    showVehicles(shown.matrix ?? []);
    byId("sheet").href = approachAddress().replace("/api/approach", "/briefing");
    this.draw();
    if (!isNew) return;
    say([answer.vehicle?.name, answer.sentence].join(": "));
    if (!this.fitted) this.map.fitBounds(boundsOf(answer.features, question.place), { padding: [48, 48], maxZoom: Math.max(this.map.getZoom(), 18) });
    this.fitted = true;
    this.answered();
  }

  /** Where no road leads to water the straight line is all there is, and says so. */
  waterCame() {
    const { answer, busy } = this.water;
    if (answer && !busy && needsStraight(answer)) this.straight.ask(waterAddress("straight", LIMIT), { keep: true });
    this.showWater();
  }

  showWater() {
    this.hasten();
    const { state, answer, error } = this.water;
    if (state === "failed") replace(byId("waters"), failure("nearest.failed", error, () => this.water.again()));
    else if (!answer) replace(byId("waters"), state === "asking" && asking("nearest.asking"));
    else {
      const straight = needsStraight(answer) ? this.straight.answer : null;
      const look = (latlng) => this.look(latlng);
      replace(byId("waters"), ...waterNodes(this.shown(this.water), look), ...(straight ? waterNodes(straight, look) : []));
    }
    this.draw();
  }

  draw() {
    this.drawing.clearLayers();
    if (!question.place) return;
    this.drawing.addLayer(hereMark(question.place));
    if (this.water.answer) drawWaters(this.drawing, this.shown(this.water), focusEntry);
    if (this.plan.answer) drawPlan(this.drawing, this.shown(this.plan));
  }

  look(latlng) {
    this.map.panTo(latlng);
  }

  /** How old the answer is, why nobody can check it, and what became of it; without a word to those who listen. */
  showAge() {
    const { answer, at } = this.plan;
    byId("age").hidden = !answer;
    if (!answer) return replace(byId("notes"));
    byId("age").textContent = t("place.as_of", { time: timeOfDay(at), ago: ago(at) });
    const lost = this.unsure && el("p", { id: "connection", class: "news lost" }, t("approach.lost", { time: timeOfDay(Math.max(this.feed.state === "lost" ? this.feed.since : at, at)) }));
    const renewed = this.renewed && !lost && el("p", { class: "news" }, t("approach.renewed", { time: timeOfDay(this.renewed) }));
    const changed = changedSince(this.linked, answer.data_version);
    const since = changed && el("p", { id: "since-link", class: "news" }, changed.length ? t("link.changed_in", { layers: changed.join(", ") }) : t("link.changed"));
    const unknown = question.unknownVehicle && el("p", { class: "news lost" }, t("link.vehicle", { code: question.unknownVehicle }));
    const asked = question.at && el("p", { class: "news" }, t("place.asked_for", { time: moment(Date.parse(answer.question?.at ?? question.at)) }));
    const nodes = [lost, unknown, asked, renewed, since].filter(Boolean);
    // Only when it says something else: a reader of screens need not hear it each second.
    if (nodes.map((node) => node.textContent).join("") !== byId("notes").textContent) replace(byId("notes"), ...nodes);
    byId("version").textContent = t("place.version", { version: answer.data_version, network: number(answer.network_version ?? 0) });
  }
}

const versionOf = ({ network_version: network, data_version: data }) => `${network} ${data}`;

/** Roads that were drawn before the answer are built in after it: the versions stay the same then. */
const isNewer = (now, answer) =>
  versionOf(now) !== versionOf(answer) || (answer.stale && !now.stale) || (answer.rebuilding && !now.rebuilding);

const asking = (key) => el("p", { class: "asking" }, t(key));

function failure(key, error, again) {
  return el("div", { class: "outcome failed" }, el("strong", {}, t(key)), el("p", {}, error?.message ?? ""),
    el("button", { type: "button", "data-key": "again", onclick: again }, t("layers.retry")));
}

function focusEntry(key) {
  const found = byId(`entry-${key}`);
  if (key === "over" && found) found.open = true;
  found?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  found?.querySelector("button, summary")?.focus({ preventScroll: true });
}
