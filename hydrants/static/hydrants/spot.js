// Where the page stands, in the fragment of its address: a place, and the source that is looked at. No server sees it.

const SOURCE = /^[a-z-]{1,40}\/[0-9]{1,19}$/;

export function toHash({ place, source }) {
  const parts = [place && `at=${place.lng.toFixed(7)},${place.lat.toFixed(7)}`, source && `source=${source}`];
  return `#${parts.filter(Boolean).join("&")}`;
}

/** Read a fragment; what makes no sense is left out. */
export function fromHash(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const [lng, lat, ...rest] = (given.get("at") ?? "").split(",").map((text) => (text.trim() === "" ? NaN : Number(text)));
  const source = given.get("source") ?? "";
  return {
    place: rest.length === 0 && Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? L.latLng(lat, lng) : null,
    source: SOURCE.test(source) ? source : "",
  };
}
