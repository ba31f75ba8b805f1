// Long computations are answered one at a time: who comes second waits for the turn, and sees that it is so.

import { ask } from "../layers/api.js";

const [PATIENCE_MS, PAUSE_MS, TURNS] = [60_000, 5_000, 24];

/** Ask until it is our turn; `waits(reason)` is called while somebody else's question is worked on. */
export async function askInTurn(url, { signal, waits = () => {} }) {
  for (let turn = 1; ; turn += 1) {
    try {
      return await ask(url, { signal, patience: PATIENCE_MS });
    } catch (error) {
      if (signal.aborted || error.status !== 503 || turn === TURNS) throw error;
      waits(error.message);
      await pause(signal);
    }
  }
}

function pause(signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, PAUSE_MS);
    signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
  });
}
