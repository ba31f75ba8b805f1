// What the server told the page: the layers, and every text in the reader's language.

export const config = JSON.parse(document.getElementById("map-config").textContent);

/** The text of a key, its {places} filled. */
export function t(key, values = {}) {
  return (config.texts[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** The layer of an id; undefined for one that this page does not know. */
export const layerById = (id) => config.layers.find((layer) => layer.id === id);

/** Give what is made when it is first asked for. */
export function once(make) {
  let made;
  return () => (made ??= make());
}

// The browser takes longer over the first one than over all scripts of the page.
const numbers = once(() => new Intl.NumberFormat(config.language, { maximumFractionDigits: 2 }));
const days = once(() => new Intl.DateTimeFormat(config.language, { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }));


export const number = (value) => numbers().format(value);

/** A length as people say it: "84 m", "1,25 km". */
export function length(metres) {
  return metres < 1000 ? `${numbers().format(metres < 10 ? Math.round(metres * 10) / 10 : Math.round(metres))} m`
    : `${numbers().format(Math.round(metres / 10) / 100)} km`;
}

/** A date without a time of day; what is no date is shown as it came. */
export function day(iso) {
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime()) ? String(iso) : days().format(moment);
}
