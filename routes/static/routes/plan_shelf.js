// The stored plans: the list, the one that is open, and what becomes of it on the server.

import { Failure, ask } from "../layers/api.js";
import { moment } from "../layers/clock.js";
import { byId, el, replace, say } from "../layers/dom.js";
import { config, t } from "../layers/page.js";
import { keepsNewPlan } from "./drafts.js";

const NEW = "new";

/** Ask; where that fails the reason stands in an element, and the answer is null. */
export async function quietly(url, told) {
  try {
    const answer = await ask(url);
    byId(told).textContent = "";
    return answer;
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    byId(told).textContent = error.message;
    return null;
  }
}

export class PlanShelf {
  /** `shown` is what the address says, `go(change)` changes it with a step to go back, `kept()` writes it down without one. */
  constructor(draft, comparison, { shown, go, kept }) {
    Object.assign(this, { draft, comparison, shown, go, kept, plans: [], turn: 0 });
    byId("plans").addEventListener("change", ({ target }) => this.choose(target.value));
    byId("compare").addEventListener("click", () => this.compare().then(() => byId("compare-title")?.focus()));
  }

  /** Read the list; only people of the service may, and who may not is told so. */
  async load() {
    const told = config.signedIn ? await quietly("/api/scenarios", "plans-said") : null;
    this.plans = told?.scenarios ?? [];
    byId("sign-in-hint").hidden = told !== null || config.signedIn;
    this.showList();
  }

  showList() {
    replace(byId("plans"), el("option", { value: "" }, t("plans.choose")), el("option", { value: NEW }, t("plans.new")),
      ...this.plans.map(({ id, name, updated_at: at }) => el("option", { value: id }, t("plans.one", { name, time: moment(Date.parse(at)) }))));
    byId("plans").value = this.shown.plan;
  }

  choose(value) {
    const lost = this.draft.isChanged && !this.draft.outlives; // this browser keeps nothing
    if (lost && !window.confirm(t("plan.really_discard"))) return this.showList();
    this.go({ plan: value, version: null });
    return this.open(value);
  }

  /** Open a stored plan or a new one; `linked` is the version that a link speaks of. */
  async open(value, linked = null) {
    const turn = (this.turn += 1);
    this.comparison.clear();
    this.notice("");
    if (!value || value === NEW) return value ? this.draft.open(null) : this.draft.close();
    const told = await quietly(`/api/scenarios/${value}`, "plan-said");
    if (turn !== this.turn) return undefined; // another one was chosen meanwhile
    if (!told) return this.draft.close();
    this.draft.open(told.scenario, told.features);
    this.remember(told.scenario);
    if (linked && linked !== told.scenario.version) this.notice(t("link.version", { linked, now: told.scenario.version }));
    byId("plan-edit").open = this.draft.isChanged;
    return this.draft.isChanged ? undefined : this.compare();
  }

  /** The address and the list speak of the plan as the server has it. */
  remember(scenario) {
    this.plans = [scenario, ...this.plans.filter(({ id }) => id !== scenario.id)];
    Object.assign(this.shown, { plan: String(scenario.id), version: scenario.version });
    this.showList();
    this.kept();
  }

  async compare() {
    if (this.draft.isChanged && !(await this.save())) return;
    if (!this.draft.id) return;
    byId("plan-edit").open = false; // the answer needs the room
    await this.comparison.ask(this.draft.id, this.shown.vehicle);
  }

  /** Send the plan; true where the server has it. What it refuses stays in the form, which stands still meanwhile. */
  async save() {
    const { draft } = this;
    if (!byId("plan-form").reportValidity()) return false;
    byId("plan-form").inert = true;
    this.notice(t("plan.saving"));
    try {
      const told = await ask(draft.id ? `/api/scenarios/${draft.id}` : "/api/scenarios", { body: draft.body(), method: draft.id ? "PUT" : "POST", patience: 30_000 });
      draft.isStored(told.scenario, told.features);
      this.remember(told.scenario);
      this.notice("");
      say(t("plan.saved", { name: told.scenario.name }));
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    } finally {
      byId("plan-form").inert = false;
    }
  }

  /** It was not taken: say why, and what can be done; nothing of it is lost. */
  refused(error) {
    if (!(error instanceof Failure)) console.error(error);
    const conflict = error.status === 409 && this.draft.id;
    this.notice(t(error.status === 0 ? "plan.nobody_answered" : "plan.refused"), error.message,
      conflict && el("button", { type: "button", "data-key": "take-theirs", onclick: () => this.takeTheirs() }, t("plan.take_theirs")),
      conflict && el("button", { type: "button", "data-key": "keep-mine", onclick: () => this.keepMine() }, t("plan.keep_mine")));
  }

  takeTheirs() {
    this.draft.discard();
    return this.open(String(this.draft.id));
  }

  keepMine() {
    if (keepsNewPlan() && !window.confirm(t("plan.replaces_new"))) return;
    this.draft.asNew();
    this.comparison.clear();
    this.go({ plan: NEW, version: null });
    this.notice(t("plan.name_it"));
  }

  notice(title, text = "", ...buttons) {
    replace(byId("plan-said"), title && el("strong", {}, title), text && el("p", {}, text), ...buttons);
    if (title) say([title, text].join(" "));
  }

  discard() {
    if (this.draft.isChanged && !window.confirm(t("plan.really_discard"))) return;
    this.draft.discard();
    if (!this.draft.id) this.choose("");
  }

  async drop() {
    const { id, stored } = this.draft;
    if (!window.confirm(t("plan.really_delete", { name: stored.name }))) return;
    try {
      await ask(`/api/scenarios/${id}`, { method: "DELETE", body: null });
    } catch (error) {
      this.refused(error);
      return;
    }
    this.draft.discard();
    this.plans = this.plans.filter((plan) => plan.id !== id);
    this.choose("");
    this.showList();
  }
}
