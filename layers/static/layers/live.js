// What others change, as it happens: the stream of the server, and questions in its place while there is none.

import { Failure, ask } from "./api.js";
import { hear, now } from "./clock.js";
import { config } from "./page.js";

const TAB = [...crypto.getRandomValues(new Uint32Array(3))].join("-"); // a new stream of this page ends the one before
const [HURRY_MS, CALM_MS, REOPEN_MS] = [2_000, 15_000, 5_000];

/**
 * Events: `news` (somebody edited: its detail is the event of the stream), `versions` (what the server says of its data
 * now: the answer of /api/network) and `state`. States: `starting`, `live` (told as it happens), `asking` (no stream:
 * asked every two seconds), `lost` (nobody can tell).
 */
export class LiveFeed extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { state: "starting", since: now(), known: null, streaming: false, hurry: false, round: 0, heard: 0 });
    document.addEventListener("visibilitychange", () => !document.hidden && this.look());
    window.addEventListener("online", () => this.look());
    window.addEventListener("pagehide", () => this.source?.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.open());
  }

  open() {
    this.source?.close();
    clearTimeout(this.reopening);
    this.source = new EventSource(`/live?lang=${config.language}&tab=${TAB}`);
    for (const [name, act] of [["hello", (data) => this.greet(data)], ["change", (data) => this.tell(data)], ["stale", () => this.enter("lost")]]) {
      this.source.addEventListener(name, ({ data }) => {
        const told = JSON.parse(data);
        hear(told.time);
        act(told);
      });
    }
    this.source.addEventListener("error", () => this.broken());
    this.wait();
  }

  greet(told) {
    this.streaming = true;
    this.enter("live");
    if (told.missed) this.dispatchEvent(new CustomEvent("news", { detail: { ...told, layers: null, changes: [], more: 0 } }));
    this.look();
  }

  tell(told) {
    this.dispatchEvent(new CustomEvent("news", { detail: told }));
    this.look();
  }

  /** The stream ended: the browser opens it again where it may, we where it may not; until then we ask. */
  broken() {
    this.streaming = false;
    if (this.source.readyState === EventSource.CLOSED) this.reopening = setTimeout(() => this.open(), REOPEN_MS);
    this.look();
  }

  /** Whether somebody waits for the data to be another one soon. */
  hasten(hurry) {
    if (hurry === this.hurry) return;
    this.hurry = hurry;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    const calm = this.state === "live" && this.streaming && !this.hurry;
    this.timer = setTimeout(() => (document.hidden ? this.wait() : this.look()), calm ? CALM_MS : HURRY_MS);
  }

  /** Ask how the data stands; also beside the stream now and then, as one that is dead says nothing. */
  async look() {
    clearTimeout(this.timer);
    const round = (this.round += 1);
    const told = await network();
    if (round < this.heard) return; // a later question was answered first
    this.heard = round;
    if (told === null || told.stale) this.enter("lost");
    else {
      this.known = told;
      this.enter(this.streaming ? "live" : "asking");
      this.dispatchEvent(new CustomEvent("versions", { detail: told }));
    }
    this.wait();
  }

  enter(state) {
    if (state === this.state) return;
    const before = this.state;
    Object.assign(this, { state, since: now() });
    this.dispatchEvent(new CustomEvent("state", { detail: before }));
  }
}

/** How the data stands; null where nobody answers. */
async function network() {
  try {
    return await ask("/api/network", { patience: 5_000 });
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    return null;
  }
}
