// Is what is seen still what is known? The state of the connection, always in sight, and what others changed.

import { timeOfDay } from "./clock.js";
import { byId, el } from "./dom.js";
import { layerById, number, t } from "./page.js";

const MOST_LINES = 4;
const SIGNS = { starting: "…", live: "●", asking: "◐", lost: "✕" };

/** Show the state of a feed in its pill, and its news as lines. */
export function showConnection(feed) {
  const pill = byId("connection-state");
  const show = () => {
    pill.dataset.state = feed.state;
    pill.replaceChildren(el("span", { "aria-hidden": "true" }, SIGNS[feed.state]), " ",
      el("span", { class: "word" }, t(`live.${feed.state}`, { time: timeOfDay(feed.since) })));
    pill.title = t(`live.${feed.state}.hint`);
  };
  feed.addEventListener("state", show);
  feed.addEventListener("news", ({ detail }) => addLines(detail));
  byId("news-close").addEventListener("click", () => { byId("news-box").hidden = true; });
  show();
}

function addLines({ time, changes, more, layers }) {
  const at = Date.parse(time);
  const lines = changes.map(({ sentence, layer, ref }) => sentence || `${layerById(layer)?.title ?? layer}: ${ref}`);
  if (more) lines.push(t("live.more", { count: number(more) }));
  if (layers === null) lines.push(t("live.missed"));
  if (lines.length === 0) return;
  const list = byId("news-list");
  list.prepend(...lines.map((line) => el("li", {}, el("time", { datetime: time }, Number.isNaN(at) ? "" : timeOfDay(at)), " ", line)));
  while (list.children.length > MOST_LINES) list.lastChild.remove();
  byId("news-box").hidden = false;
}
