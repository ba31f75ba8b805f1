// Elements out of data. Text only ever becomes a text node: a name that looks like HTML stays a name.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** Replace the answer, and bring it into view where the panel is short. */
export function showAnswer(...nodes) {
  byId("answer").replaceChildren(...nodes);
  if (nodes.length > 0 && window.matchMedia("(max-width: 760px)").matches) byId("answer").scrollIntoView({ block: "start" });
}

export const byId = (id) => document.getElementById(id);
