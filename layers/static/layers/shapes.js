// GeoJSON geometries as flat arrays of world pixels (Web Mercator, zoom 0), so that drawing at any zoom is a multiplication.

export const [POINT, LINE, AREA] = [0, 1, 2];

const RINGS = {
  Point: (c) => [POINT, [[c]]],
  MultiPoint: (c) => [POINT, c.map((point) => [point])],
  LineString: (c) => [LINE, [c]],
  MultiLineString: (c) => [LINE, c],
  Polygon: (c) => [AREA, c],
  MultiPolygon: (c) => [AREA, c.flat()],
};

/** A feature ready to be drawn and picked; null for one that has no place. */
export function prepare({ id, geometry, properties }) {
  const make = RINGS[geometry?.type];
  if (!make) return null;
  const [kind, parts] = make(geometry.coordinates);
  const xy = parts.map(project);
  return { id, properties, geometry, kind, xy, box: boxOf(xy) };
}

function project(positions) {
  const flat = new Float64Array(positions.length * 2);
  positions.forEach(([lon, lat], i) => {
    const sin = Math.sin((Math.min(Math.max(lat, -85), 85) * Math.PI) / 180);
    flat[2 * i] = 256 * (lon / 360 + 0.5);
    flat[2 * i + 1] = 256 * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI));
  });
  return flat;
}

function boxOf(parts) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      box[0] = Math.min(box[0], part[i]);
      box[1] = Math.min(box[1], part[i + 1]);
      box[2] = Math.max(box[2], part[i]);
      box[3] = Math.max(box[3], part[i + 1]);
    }
  }
  return box;
}

export const overlaps = (a, b, reach = 0) =>
  a[0] - reach <= b[2] && a[2] + reach >= b[0] && a[1] - reach <= b[3] && a[3] + reach >= b[1];

/** Whether the world point lies on the feature, `reach` world pixels around points and lines counted in. */
export function hits(feature, x, y, reach) {
  if (!overlaps(feature.box, [x, y, x, y], reach)) return false;
  if (feature.kind === POINT) return feature.xy.some(([px, py]) => Math.hypot(px - x, py - y) <= reach);
  if (feature.kind === LINE) return feature.xy.some((part) => distanceToLine(part, x, y) <= reach);
  return feature.xy.reduce((inside, ring) => inside !== insideRing(ring, x, y), false);
}

function distanceToLine(part, x, y) {
  let nearest = Infinity;
  for (let i = 2; i < part.length; i += 2) {
    const [ax, ay, dx, dy] = [part[i - 2], part[i - 1], part[i] - part[i - 2], part[i + 1] - part[i - 1]];
    const along = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    nearest = Math.min(nearest, Math.hypot(ax + along * dx - x, ay + along * dy - y));
  }
  return nearest;
}

function insideRing(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    if (ring[i + 1] > y !== ring[j + 1] > y
      && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
  }
  return inside;
}
