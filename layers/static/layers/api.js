// Questions to the server. Every one of them ends: with an answer, with a Failure, or aborted by whoever asked.

import { hear } from "./clock.js";
import { config, t } from "./page.js";

const PATIENCE_MS = 15_000;

/** The look-up failed; `message` says why in the reader's language, `status` is 0 where nobody answered. */
export class Failure extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }

  /** Whether the same question may be answered later: what was refused for what it says stays refused. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Ask. With a `body` something is written: a FormData goes as a form, null as nothing at all, any other as JSON. */
export async function ask(url, { signal, body, method = "POST", headers = {}, patience = PATIENCE_MS } = {}) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience);
  const stop = () => giveUp.abort();
  signal?.addEventListener("abort", stop);
  try {
    return await read(await fetch(url, options(giveUp.signal, body, method, headers)));
  } catch (error) {
    if (signal?.aborted || error instanceof Failure) throw error;
    throw new Failure(t(giveUp.signal.aborted ? "failed.timeout" : "failed.offline"));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function options(signal, body, method, more) {
  const headers = { "Accept-Language": config.language, ...more };
  if (body === undefined) return { signal, headers };
  headers["X-CSRFToken"] = document.querySelector("[name=csrfmiddlewaretoken]").value;
  if (body === null || body instanceof FormData) return { signal, headers, method, body };
  headers["Content-Type"] = "application/json";
  return { signal, headers, method, body: JSON.stringify(body) };
}

async function read(response) {
  hear(response.headers.get("Date"));
  if (response.status === 204) return {};
  const text = await response.text(); // fails where the server dies in the middle
  const answer = parse(text);
  if (response.ok && answer) return answer;
  throw new Failure([answer?.title, answer?.detail].filter(Boolean).join(": ") || t("failed.unexpected"), response.ok ? 0 : response.status);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
