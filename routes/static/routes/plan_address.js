// What the page shows, in the fragment of its address; no server sees it.

export const VIEWS = ["plan", "remove", "critical", "build"];
const [CODE, NUMBER] = [/^[\w-]{1,60}$/, /^[1-9][0-9]{0,9}$/];

export function toHash({ view, plan, version, vehicle, ward }, map) {
  const { lat, lng } = map.getCenter();
  const parts = { view, plan, version: plan && version, vehicle, ward, map: [map.getZoom(), lat.toFixed(5), lng.toFixed(5)].join("/") };
  return `#${new URLSearchParams(Object.entries(parts).filter(([, value]) => value))}`;
}

/** What the map shows: [zoom, latitude, longitude]; null where it makes no sense. */
function placeOf(text) {
  const [zoom, lat, lng, ...rest] = text.split("/").map((each) => (each.trim() === "" ? NaN : Number(each)));
  return rest.length === 0 && zoom >= 9 && zoom <= 20 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? [zoom, lat, lng] : null;
}

/** Read a fragment; what makes no sense is left out. */
export function fromHash(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name, form) => (form.test(given.get(name) ?? "") ? given.get(name) : "");
  return {
    view: VIEWS.includes(given.get("view")) ? given.get("view") : VIEWS[0],
    plan: given.get("plan") === "new" ? "new" : text("plan", NUMBER),
    version: Number(text("version", NUMBER)) || null,
    vehicle: text("vehicle", CODE),
    place: placeOf(given.get("map") ?? ""),
    ward: given.get("ward") === "view" ? "view" : text("ward", CODE),
  };
}
