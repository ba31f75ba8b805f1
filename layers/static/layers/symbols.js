// How features look: shape and dash say the class as loudly as colour does.

import { config } from "./page.js";

export const GROUND_BELOW = 50; // layers of a lower drawing order are the ground, not something standing on it

// Metres would be truer, but a lane two pixels wide must still be seen. Width in pixels at zoom 16.
const ROAD_PX = {
  motorway: 12, trunk: 12, primary: 12, secondary: 10, tertiary: 8, unclassified: 6, residential: 5.5,
  living_street: 5, service: 4, pedestrian: 4, footway: 2.5, path: 2, steps: 2.5, cycleway: 2.5,
};

const POLYGON = {
  square: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  triangle: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
  pin: [[-0.95, -1.05], [0.95, -1.05], [0.95, 0.25], [0, 1.3], [-0.95, 0.25]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  cross: [[-0.38, -1.1], [0.38, -1.1], [0.38, -0.38], [1.1, -0.38], [1.1, 0.38], [0.38, 0.38],
    [0.38, 1.1], [-0.38, 1.1], [-0.38, 0.38], [-1.1, 0.38], [-1.1, -0.38], [-0.38, -0.38]],
  star: Array.from({ length: 10 }, (_, i) => {
    const [r, angle] = [i % 2 ? 0.5 : 1.25, (i * Math.PI) / 5];
    return [r * Math.sin(angle), -r * Math.cos(angle)];
  }),
};

/** The symbol of a feature: that of its class, else the default of its layer. */
export const symbolOf = ({ style }, properties) => style.classes[properties[style.by]] ?? style.default;

export const isGround = (layer) => layer.style.order < GROUND_BELOW;

/** Half the size of a point symbol in pixels. */
export function radiusOf(layer, zoom) {
  if (isGround(layer)) return zoom >= 18 ? 4 : 2.5;
  const size = layer.style.default.shape === "star" ? 10 : glyphOf(layer) ? 8 : layer.style.order < 70 ? 4.2 : 5.5;
  return size * (zoom >= 17 ? 1 : zoom >= 16 ? 0.85 : zoom >= 15.5 ? 0.7 : 0.5);
}

/** The width of a line in pixels. */
export function lineWidth(properties, zoom) {
  const base = ROAD_PX[properties.highway?.replace(/_link$/, "")] ?? 3;
  return Math.max(base * 2 ** ((zoom - 16) * 0.75), 1);
}

/** The first letter of the title, for layers that share their classes with another one; else nothing. */
export function glyphOf(layer) {
  const alike = (other) => other !== layer && other.style.by && !isGround(other)
    && Object.keys(other.style.classes).join() === Object.keys(layer.style.classes).join();
  return config.layers.some(alike) && Object.keys(layer.style.classes).length ? layer.title[0].toUpperCase() : "";
}

export function tracePoint(context, shape, x, y, r) {
  context.beginPath();
  const corners = POLYGON[shape];
  if (!corners) return context.arc(x, y, r, 0, 2 * Math.PI);
  corners.forEach(([dx, dy]) => context.lineTo(x + dx * r, y + dy * r));
  return context.closePath();
}

/** Draw one point symbol with a white rim, so that it stands out on anything. */
export function drawPoint(context, symbol, x, y, r, glyph = "") {
  tracePoint(context, symbol.shape, x, y, r);
  context.fillStyle = symbol.colour;
  context.lineWidth = r > 4 ? 3 : 1;
  context.strokeStyle = "#fff";
  context.stroke();
  context.fill();
  if (!glyph || r < 5.5 || symbol.shape === "cross") return;
  context.fillStyle = "#fff";
  context.font = `700 ${Math.round(r * 1.25)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(glyph, x, y + (symbol.shape === "triangle" ? 1.5 : 0.5));
}

/** A small picture of a symbol for the legend. */
export function swatch(layer, symbol) {
  const canvas = document.createElement("canvas");
  const [size, ratio] = [22, window.devicePixelRatio || 1];
  canvas.width = canvas.height = size * ratio;
  canvas.className = "swatch";
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  if (symbol.shape === "none") drawLineSwatch(context, layer, symbol, size);
  else drawPoint(context, symbol, size / 2, size / 2, isGround(layer) ? 3 : 7.5, glyphOf(layer));
  return canvas;
}

function drawLineSwatch(context, layer, symbol, size) {
  if (layer.geometry === "MultiPolygon") {
    context.rect(2, 5, size - 4, size - 10);
    if (!symbol.dash) fillArea(context, symbol);
    return strokeDashed(context, symbol, 1.5);
  }
  context.moveTo(0, size / 2);
  context.lineTo(size, size / 2);
  return [strokeEdges, strokeSurface, strokeDoubt].forEach((stroke) => stroke(context, symbol, 8));
}

// A line is its edges, a white surface over them, and, where its class is dashed, that pattern down the middle.
export function strokeEdges(context, symbol, width) {
  context.strokeStyle = symbol.dash ? "#c8c4bf" : symbol.colour;
  context.lineWidth = width + (symbol.dash ? 1.6 : 2.2);
  context.stroke();
}

export function strokeSurface(context, symbol, width) {
  context.strokeStyle = "#fff";
  context.lineWidth = width;
  context.stroke();
}

export function strokeDoubt(context, symbol, width) {
  if (!symbol.dash) return;
  strokeDashed(context, { colour: "#8a4b12", dash: symbol.dash }, Math.min(Math.max(width / 4, 1.1), 2.2));
  context.setLineDash([]);
}

export function fillArea(context, symbol) {
  context.globalAlpha = 0.55;
  context.fillStyle = symbol.colour;
  context.fill("evenodd");
  context.globalAlpha = 1;
}

export function strokeDashed(context, symbol, width) {
  context.setLineDash(symbol.dash ? symbol.dash.split(" ").map(Number) : []);
  context.strokeStyle = symbol.colour;
  context.lineWidth = width;
  context.stroke();
}
