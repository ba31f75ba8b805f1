// Elements out of data. Text only ever becomes a text node: a name that looks like HTML stays a name.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Put nodes in the place of others; who reads there by keyboard stays where they were, and what was opened stays open. */
export function replace(container, ...nodes) {
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const opened = new Map([...container.querySelectorAll("details[data-key]")].map((each) => [each.dataset.key, each.open]));
  container.replaceChildren(...nodes.filter(Boolean));
  container.querySelectorAll("details[data-key]").forEach((each) => { each.open = opened.get(each.dataset.key) ?? each.open; });
  if (focused) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Whether a key that somebody presses is meant for what they are writing. */
export const isWriting = ({ target }) => /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(checkbox|radio|button)$/.test(target.type);

/** What those hear who do not see the page. */
export function say(text) {
  byId("said").textContent = text;
}
