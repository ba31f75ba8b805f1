// One question and its answer on the screen. A late answer to an older question never takes the place of a newer one.

import { Failure, ask } from "./api.js";
import { now } from "./clock.js";

export class Asked {
  /** `changed(asked)` is called whenever there is something else to show. */
  constructor(changed) {
    Object.assign(this, { changed, request: null });
    this.forget();
  }

  /** `state` is idle, asking, ready or failed; `missed` an answer that was to be renewed and was not. */
  forget() {
    this.request?.abort();
    Object.assign(this, { request: null, state: "idle", answer: null, error: null, at: null, missed: false, again: null, busy: false });
  }

  /**
   * Ask anew. With `keep` the answer stays until there is another one, and when none comes; `accept(answer)` may refuse
   * one that is older than what is known already.
   */
  async ask(url, { keep = false, accept = () => true } = {}) {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.again = () => this.ask(url, { keep: true, accept });
    this.busy = true;
    if (!keep || !this.answer) {
      Object.assign(this, { state: "asking", answer: null, error: null });
      this.changed(this);
    }
    try {
      const answer = await ask(url, { signal: request.signal });
      if (request !== this.request) return;
      if (accept(answer) || !this.answer) Object.assign(this, { state: "ready", answer, error: null, at: now(), missed: !accept(answer) });
      else this.missed = true;
    } catch (error) {
      if (request.signal.aborted || request !== this.request) return;
      if (!(error instanceof Failure)) console.error(error);
      Object.assign(this, { error, missed: true, state: this.answer ? "ready" : "failed" });
    }
    this.busy = false;
    this.changed(this);
  }

  /** Ask once more for what was missed, unless it was refused for good. */
  retry() {
    if (this.missed && !this.busy && (this.error === null || !(this.error instanceof Failure) || this.error.passing)) this.again?.();
  }
}
