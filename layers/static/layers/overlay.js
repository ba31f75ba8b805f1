// Marks of an answer on the map: few, and above everything else. Shape and number tell them apart, not colour alone.

import { el } from "./dom.js";

/** A round mark with a short text; what it stands for is read out to those who do not see it. */
export function mark(latlng, text, kind, title, onclick) {
  const icon = L.divIcon({ className: `mark ${kind}`, html: el("span", {}, text), iconSize: [28, 28] });
  const marker = L.marker(latlng, { icon, title, alt: title, keyboard: Boolean(onclick), interactive: Boolean(onclick), zIndexOffset: 1000 });
  return onclick ? marker.on("click", onclick) : marker;
}

/** A line under a white rim, so that it shows on any ground. */
export function rimmedLine(latlngs, style) {
  const rim = L.polyline(latlngs, { color: "#fff", weight: (style.weight ?? 4) + 4, opacity: 0.9, interactive: false });
  return L.layerGroup([rim, L.polyline(latlngs, { interactive: false, lineCap: "butt", ...style })]);
}

export const lonLatToLatLng = ([lon, lat]) => L.latLng(lat, lon);

/** Bring `bounds` into view unless it is there already. */
export function show(map, bounds) {
  if (bounds.isValid() && !map.getBounds().pad(-0.03).contains(bounds)) {
    map.fitBounds(bounds, { padding: [48, 48], maxZoom: Math.max(map.getZoom(), 17) });
  }
}
