// Does the answer on the screen still hold? Asked every two seconds while an answer is shown.

import { Failure, ask } from "./api.js";

const PERIOD_MS = 2_000;

export class NetworkWatch {
  /** `changed()` is called when the data is newer than the answer, `state(lost)` whenever nobody can tell any more, or can again. */
  constructor({ changed, state }) {
    Object.assign(this, { changed, state, answer: null, timer: null, lost: false });
    document.addEventListener("visibilitychange", () => !document.hidden && this.timer && this.look());
  }

  follow(answer) {
    Object.assign(this, { answer, lost: false });
    this.wait();
  }

  stop() {
    this.answer = null;
    clearTimeout(this.timer);
    this.timer = null;
  }

  /** A newer answer was asked for and did not come: the old one stays, as one that nobody can check. */
  missed() {
    this.tell(true);
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PERIOD_MS);
  }

  async look() {
    clearTimeout(this.timer);
    this.timer = null;
    const { answer } = this;
    if (document.hidden) return this.wait();
    const now = await state();
    if (answer !== this.answer || this.timer) return; // another answer is followed by now
    if (now && isNewer(now, answer)) return void this.changed();
    this.tell(!now || now.stale);
    this.wait();
  }

  tell(lost) {
    if (lost !== this.lost) this.state(lost);
    this.lost = lost;
  }
}

/** The state of the data now; null where nobody answers. */
async function state() {
  try {
    return await ask("/api/network");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return null;
  }
}

/** Roads that were drawn before the answer are built in after it: the versions stay the same then. */
const isNewer = (now, answer) =>
  now.network_version !== answer.network_version || now.data_version !== answer.data_version ||
  (answer.stale && !now.stale) || (answer.rebuilding && !now.rebuilding);
