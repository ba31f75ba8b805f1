// Names on the ground: along streets, in the middle of waters and wards, house numbers close up. None covers another.

import { AREA, LINE, POINT } from "./shapes.js";
import { isGround } from "./symbols.js";

const FONT = '"Segoe UI", Roboto, "Noto Sans", system-ui, sans-serif';
const [LINES_FROM, AREAS_FROM, NUMBERS_FROM] = [15.5, 13, 18.5];
const REPEAT_PX = 260;

export function drawLabels(context, drawn, view, size) {
  const placed = [];
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { layer, features } of drawn.filter((each) => isGround(each.layer)).reverse()) {
    for (const feature of features) {
      const label = labelFor(layer, feature, view.zoom);
      const spot = label && spotFor(context, label, feature, view, size);
      if (spot && free(placed, spot)) write(context, label, spot);
    }
  }
}

function labelFor(layer, { kind, properties }, zoom) {
  if (kind === LINE && zoom >= LINES_FROM) return { text: properties[layer.titleField], px: zoom >= 17 ? 12 : 11, ink: "#3f4a52" };
  if (kind === AREA && layer.geometry === "MultiPolygon" && zoom >= AREAS_FROM) {
    const water = !layer.style.default.dash;
    return { text: properties[layer.titleField], px: 12, ink: water ? "#0b5c8a" : "#6b7280", weight: water ? "italic 500" : "600" };
  }
  if ((kind === POINT || kind === AREA) && zoom >= NUMBERS_FROM) return { text: properties.house_number, px: 10, ink: "#6b7280" };
  return null;
}

function spotFor(context, label, feature, view, size) {
  if (!label.text) return null;
  context.font = `${label.weight ?? 500} ${label.px}px ${FONT}`;
  const width = context.measureText(label.text).width;
  const spot = feature.kind === LINE ? alongLine(feature.xy[0], width, view) : inMiddle(feature.box, view);
  if (!spot) return null;
  const [half, tall] = [
    Math.abs(Math.cos(spot.angle)) * width / 2 + label.px / 2, Math.abs(Math.sin(spot.angle)) * width / 2 + label.px / 2,
  ];
  if (spot.x < 0 || spot.y < 0 || spot.x > size.x || spot.y > size.y) return null;
  return { ...spot, text: label.text, box: [spot.x - half, spot.y - tall, spot.x + half, spot.y + tall] };
}

function inMiddle([west, north, east, south], { scale, x, y }) {
  return { x: ((west + east) / 2) * scale - x, y: ((north + south) / 2) * scale - y, angle: 0 };
}

/** The middle of the line, turned along it; null where the line is much shorter than its name or bends under it. */
function alongLine(part, width, { scale, x, y }) {
  const points = [];
  for (let i = 0; i < part.length; i += 2) points.push([part[i] * scale - x, part[i + 1] * scale - y]);
  const steps = points.slice(1).map(([px, py], i) => Math.hypot(px - points[i][0], py - points[i][1]));
  const total = steps.reduce((sum, step) => sum + step, 0);
  if (total < width * 0.6) return null;
  const reach = Math.min(width, total) / 2;
  const [a, b] = [at(points, steps, total / 2 - reach), at(points, steps, total / 2 + reach)];
  if (Math.hypot(b[0] - a[0], b[1] - a[1]) < reach * 2 * 0.94) return null;
  const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
  const upright = Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle;
  return { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, angle: upright };
}

function at(points, steps, along) {
  let left = along;
  for (let i = 0; i < steps.length; i += 1) {
    if (left <= steps[i] || i === steps.length - 1) {
      const share = steps[i] ? left / steps[i] : 0;
      return [0, 1].map((axis) => points[i][axis] + share * (points[i + 1][axis] - points[i][axis]));
    }
    left -= steps[i];
  }
  return points[0];
}

function free(placed, spot) {
  const taken = placed.some((other) => (spot.box[0] < other.box[2] && spot.box[2] > other.box[0]
    && spot.box[1] < other.box[3] && spot.box[3] > other.box[1])
    || (other.text === spot.text && Math.hypot(other.x - spot.x, other.y - spot.y) < REPEAT_PX));
  if (!taken) placed.push(spot);
  return !taken;
}

function write(context, { text, px, ink, weight }, spot) {
  context.save();
  context.translate(spot.x, spot.y);
  context.rotate(spot.angle);
  context.font = `${weight ?? 500} ${px}px ${FONT}`;
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  context.lineWidth = 3;
  context.strokeText(text, 0, 0);
  context.fillStyle = ink;
  context.fillText(text, 0, 0);
  context.restore();
}
