// Forms that were not sent yet. They stay in this browser, one a source, until the server has them.
//
// A form is a draft, which is written on, or under way: then its body and its key stand still, because nobody can tell
// whether it arrived. Sent again, it is the same sending; what the server surely refused becomes a draft again.

const PREFIX = "thuylo.form.";
const unkept = new Map(); // where the browser keeps nothing

/** Whether what is kept outlives this page. */
export const outlives = () => unkept.size === 0;

/** All forms that have something in them: [{source, answers, body, key, before, problem}], the oldest first. */
export function keptForms() {
  const keys = [...Array(storage()?.length ?? 0).keys()].map((i) => storage().key(i)).filter((key) => key.startsWith(PREFIX));
  const forms = new Map([...keys.map((key) => [key, parsed(storage().getItem(key))]), ...unkept]);
  return [...forms.values()].filter(Boolean).sort((a, b) => a.begun - b.begun);
}

export const keptForm = (source) => unkept.get(PREFIX + source) ?? parsed(storage()?.getItem(PREFIX + source));

export function keep(form) {
  const key = PREFIX + form.source.key;
  try {
    storage().setItem(key, JSON.stringify(form));
    unkept.delete(key);
  } catch {
    unkept.set(key, form); // a private window, or no room left
  }
}

export function forget(source) {
  unkept.delete(PREFIX + source);
  storage()?.removeItem(PREFIX + source);
}

/** A key that nobody else makes up. */
export const freshKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** What is no form of ours (an older page's, somebody's experiment) is left alone. */
function parsed(text) {
  try {
    const form = JSON.parse(text);
    return form?.source?.key && form.answers ? form : null;
  } catch {
    return null;
  }
}
