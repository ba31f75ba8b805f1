// Forms on their way to the server: each counts once, however often it is sent, and none is lost when it does not arrive.

import { Failure, ask } from "../layers/api.js";
import { bodyOf } from "./check_form.js";
import { forget, freshKey, keep } from "./kept_forms.js";

const PATIENCE_MS = 30_000;
const onTheWay = new Set();

export const isOnTheWay = ({ source }) => onTheWay.has(source.key);

/**
 * Send a form, for the first time or again. Gives what the server stored; null where it is on its way already.
 * A Failure says why not: the form is kept, and is a draft again only where the server surely stored nothing.
 */
export async function send(form) {
  if (isOnTheWay(form)) return null;
  onTheWay.add(form.source.key);
  if (!form.body) Object.assign(form, { body: bodyOf(form), key: freshKey() });
  form.problem = "";
  keep(form); // before it leaves: the page may be closed meanwhile
  try {
    const told = await ask("/api/inspections", { body: form.body, headers: { "Idempotency-Key": form.key }, patience: PATIENCE_MS });
    forget(form.source.key);
    return told;
  } catch (error) {
    if (error instanceof Failure && !error.passing) Object.assign(form, { body: null, key: "" });
    form.problem = error.message;
    keep(form);
    throw error;
  } finally {
    onTheWay.delete(form.source.key);
  }
}
