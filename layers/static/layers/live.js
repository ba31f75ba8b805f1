// Has anybody changed the network since the answer on the screen? Asked every two seconds while an answer is shown.

import { Failure, ask } from "./api.js";

const PERIOD_MS = 2_000;

export class NetworkWatch {
  /** `changed()` is called when the data is newer than the answer, `state(lost)` whenever the server goes or comes back. */
  constructor({ changed, state }) {
    Object.assign(this, { changed, state, version: null, timer: null, lost: false });
    document.addEventListener("visibilitychange", () => !document.hidden && this.timer && this.look());
  }

  follow(version) {
    this.version = version;
    this.stop();
    this.timer = setTimeout(() => this.look(), PERIOD_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  async look() {
    this.stop();
    const seen = this.version;
    try {
      const { network_version: version } = document.hidden ? { network_version: seen } : await ask("/api/network");
      this.tell(false);
      if (seen === this.version && version !== seen) return void this.changed();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.tell(true);
    }
    if (seen === this.version && !this.timer) this.timer = setTimeout(() => this.look(), PERIOD_MS);
  }

  tell(lost) {
    if (lost !== this.lost) this.state(lost);
    this.lost = lost;
  }
}
