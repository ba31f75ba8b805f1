// Questions to the server. Every one of them ends: with an answer, with a Failure, or aborted by whoever asked.

import { config, t } from "./page.js";

const PATIENCE_MS = 15_000;

/** The look-up failed; `message` says why in the reader's language. */
export class Failure extends Error {}

export async function ask(url, { signal, body } = {}) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  const stop = () => giveUp.abort();
  signal?.addEventListener("abort", stop);
  try {
    return await read(await fetch(url, options(giveUp.signal, body)));
  } catch (error) {
    if (signal?.aborted || error instanceof Failure) throw error;
    throw new Failure(t(giveUp.signal.aborted ? "failed.timeout" : "failed.offline"));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function options(signal, body) {
  const headers = { "Accept-Language": config.language };
  if (body === undefined) return { signal, headers };
  headers["Content-Type"] = "application/json";
  headers["X-CSRFToken"] = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return { signal, headers, method: "POST", body: JSON.stringify(body) };
}

async function read(response) {
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Failure([answer?.title, answer?.detail].filter(Boolean).join(": ") || t("failed.unexpected"));
}
