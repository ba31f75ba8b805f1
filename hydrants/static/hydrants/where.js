// Where the reader is: asked of the telephone on a tap only, and told to no server but as the question about that place.

import { t } from "../layers/page.js";

const PATIENCE_MS = 20_000;
const OLD_MS = 60_000;
const REASONS = { 1: "where.denied", 2: "where.unavailable", 3: "where.timeout" };

/** Give {place: L.LatLng, accuracy in metres}; an Error says in the reader's words why not. */
export function whereAmI() {
  return new Promise((found, failed) => {
    if (!navigator.geolocation || !window.isSecureContext) return failed(new Error(t("where.none")));
    return navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => found({ place: L.latLng(latitude, longitude), accuracy }),
      ({ code }) => failed(new Error(t(REASONS[code] ?? "where.unavailable"))),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: OLD_MS },
    );
  });
}
