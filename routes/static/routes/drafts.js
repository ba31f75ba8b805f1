// A plan that is written on. It stays in this browser until the server has it, and a refusal takes nothing of it away.

const PREFIX = "thuylo.plan.";
const MEMBERS = ["name", "note", "ward", "sources", "remove", "close_roads"];
const NEW = "new";

const emptyPlan = () => ({ name: "", note: "", ward: "", sources: [], remove: [], close_roads: [] });

/** What of a plan is sent, and what of it counts as a change. */
const partsOf = (plan) => Object.fromEntries(MEMBERS.map((member) => [member, plan[member] ?? ""]));

export class Draft {
  /** `changed(redraw)` is called whenever the plan is another one. */
  constructor(changed) {
    Object.assign(this, { changed, stored: null, plan: null, version: null, places: {}, outlives: true });
  }

  get id() {
    return this.stored?.id ?? null;
  }

  get isOpen() {
    return this.plan !== null;
  }

  /** Whether it says something that the server does not have. */
  get isChanged() {
    return this.isOpen && JSON.stringify(partsOf(this.plan)) !== JSON.stringify(partsOf(this.stored ?? emptyPlan()));
  }

  get isEmpty() {
    return !this.isOpen || this.plan.sources.length + this.plan.remove.length + this.plan.close_roads.length === 0;
  }

  /** Whether somebody else edited it after this browser began to. */
  get isBehind() {
    return this.stored !== null && this.version !== this.stored.version;
  }

  /** Open what the server has, or a new plan (null), with what this browser keeps of it. */
  open(stored, drawn = []) {
    const kept = recall(stored?.id ?? NEW);
    Object.assign(this, { stored, plan: { ...emptyPlan(), ...partsOf(stored ?? {}), ...emptyLists(stored) }, version: stored?.version ?? null });
    this.places = Object.fromEntries(drawn.filter(({ properties }) => properties.ref).map(({ geometry, properties }) => [properties.ref, { geometry, there: properties.there }]));
    if (kept) Object.assign(this, { plan: { ...emptyPlan(), ...kept.plan }, version: kept.version, places: { ...kept.places, ...this.places } });
    this.changed();
  }

  close() {
    Object.assign(this, { stored: null, plan: null, version: null, places: {} });
    this.changed();
  }

  /** Write something; `redraw` is false while somebody types into the form, which must not be made anew under their hands. */
  write(members, redraw = true) {
    Object.assign(this.plan, members);
    this.keep();
    this.changed(redraw);
  }

  addSource(kind, [lon, lat], more = {}) {
    const place = [lon, lat].map((degrees) => Number(degrees.toFixed(7)));
    this.write({ sources: [...this.plan.sources, { kind, name: "", place, flow_lps: null, volume_m3: null, refill_lps: null, ...more }] });
  }

  /** Put a reference into a list, or take it out again; tells whether it is in now. */
  toggle(list, ref, place = {}) {
    const isIn = this.plan[list].includes(ref);
    this.places[ref] ??= { there: true, ...place };
    this.write({ [list]: isIn ? this.plan[list].filter((each) => each !== ref) : [...this.plan[list], ref] });
    return !isIn;
  }

  /** The body that stores it: with the version that was read, so that nobody's edit is written over. */
  body() {
    return { ...partsOf(this.plan), ...(this.id ? { version: this.version } : {}) };
  }

  /** The server has it. */
  isStored(scenario, drawn) {
    forget(this.id ?? NEW);
    this.open(scenario, drawn);
  }

  /** Forget what was written since. */
  discard() {
    forget(this.id ?? NEW);
    this.open(this.stored, Object.entries(this.places).map(([ref, { geometry, there }]) => ({ geometry, properties: { ref, there } })));
  }

  /** Go on with what was written as a plan of its own: somebody else's stays theirs. */
  asNew() {
    forget(this.id ?? NEW);
    Object.assign(this, { stored: null, version: null });
    this.keep();
    this.changed();
  }

  keep() {
    const name = PREFIX + (this.id ?? NEW);
    try {
      if (this.isChanged) window.localStorage.setItem(name, JSON.stringify({ plan: this.plan, version: this.version, places: this.places }));
      else window.localStorage.removeItem(name);
      this.outlives = true;
    } catch {
      this.outlives = false; // a private window, or no room left: the page says so
    }
  }
}

const emptyLists = (stored) => Object.fromEntries(["sources", "remove", "close_roads"].map((list) => [list, structuredClone(stored?.[list] ?? [])]));

/** Whether this browser keeps a new plan that was never stored. */
export const keepsNewPlan = () => recall(NEW) !== null;

function recall(id) {
  try {
    const kept = JSON.parse(window.localStorage.getItem(PREFIX + id));
    return kept?.plan && ["sources", "remove", "close_roads"].every((list) => Array.isArray(kept.plan[list])) ? kept : null;
  } catch {
    return null; // what is no plan of ours is left alone
  }
}

function forget(id) {
  try {
    window.localStorage.removeItem(PREFIX + id);
  } catch { /* then nothing was kept */ }
}
