// The tours that a team has reserved: what to visit in which order, and how far it is. Only for who is signed in.

import { Failure, ask } from "../layers/api.js";
import { byId, el, replace } from "../layers/dom.js";
import { config, number, t } from "../layers/page.js";
import { lonLatToLatLng } from "../layers/overlay.js";

const KEPT = "thuylo.team";

export class Tours {
  /** `choose(key, {place})` opens a source. */
  constructor({ choose }) {
    Object.assign(this, { choose, tours: [], whole: [], problem: "", turn: 0, team: recall() });
  }

  async load() {
    if (!config.signedIn) return;
    const turn = (this.turn += 1);
    try {
      const { tours } = await ask("/api/tours");
      const whole = await Promise.all(this.mine(tours).map(({ id }) => ask(`/api/tours/${id}`)));
      if (turn !== this.turn) return; // another team was chosen meanwhile, or another look was sent
      Object.assign(this, { tours, whole, problem: "" });
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error);
      if (turn !== this.turn) return;
      this.problem = error.message;
    }
    this.show();
  }

  mine(tours) {
    return tours.filter(({ team }) => team && team === this.team);
  }

  show() {
    const teams = [...new Set(this.tours.map(({ team }) => team).filter(Boolean))].sort();
    replace(byId("tours"),
      (teams.length > 0 || this.problem) && el("h2", {}, t("tours.title")),
      this.problem && el("div", { class: "outcome failed" }, el("strong", {}, t("tours.failed")), el("p", {}, this.problem)),
      teams.length > 0 && this.choice(teams),
      ...this.whole.map((tour) => this.tour(tour)));
  }

  /** Nobody tells the server which team somebody is of: it is chosen once and kept here. */
  choice(teams) {
    const select = el("select", { "data-key": "team", onchange: () => this.chooseTeam(select.value) },
      el("option", { value: "" }, t("tours.no_team")), ...teams.map((team) => el("option", { value: team }, team)));
    select.value = teams.includes(this.team) ? this.team : "";
    return el("label", { class: "line" }, t("tours.team"), select);
  }

  chooseTeam(team) {
    this.team = team;
    try {
      localStorage.setItem(KEPT, team);
    } catch { /* then it is chosen again next time */ }
    this.whole = [];
    return this.load();
  }

  tour({ name, done, of, next, stops }) {
    return el("section", {}, el("h3", {}, name, " ", el("span", { class: "fine" }, t("tours.done", { done: number(done), of: number(of) }))),
      el("ol", { class: "sources" }, ...stops.map((stop) => this.stop(stop, stop.source === next))));
  }

  stop({ position, source, name, address, lon, lat, outcome }, isNext) {
    const told = outcome ? t("tours.visited") : isNext ? t("tours.next") : t("tours.to_come");
    return el("li", {}, el("button", { type: "button", class: "entry", "data-key": `stop/${source}`, onclick: () => this.choose(source, { place: lonLatToLatLng([lon, lat]) }) },
      el("span", { class: "rank", "aria-hidden": "true" }, outcome ? "✓" : String(position)),
      el("span", { class: "what" }, el("strong", {}, name), el("span", { class: "kind" }, [told, address].filter(Boolean).join(" · ")))));
  }
}

function recall() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}
