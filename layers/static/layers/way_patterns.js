// Roads by whether the vehicle fits. Three patterns that differ without any colour: a whole line, dashes, and bars across.

import { t } from "./page.js";

export const VERDICTS = ["passable", "unknown", "blocked"];

// Metres would be truer, but a lane two pixels wide must still be seen. Width in pixels at zoom 16.
const ROAD_PX = {
  motorway: 12, trunk: 12, primary: 12, secondary: 10, tertiary: 8, unclassified: 6, residential: 5.5,
  living_street: 5, service: 4, pedestrian: 4, footway: 2.5, path: 2, steps: 2.5, cycleway: 2.5,
  main: 16, through: 12, lane: 7, // from afar, where widths shrink
};

export function roadWidth({ highway, rank }, zoom) {
  const base = ROAD_PX[rank ?? highway?.replace(/_link$/, "")] ?? 3;
  return Math.max(base * 2 ** ((zoom - 16) * 0.75), 1.2);
}

/** How a verdict is drawn on a road of this width: colour of the palette, width and dashes in pixels. */
export function patternOf(verdict, width) {
  if (verdict === "passable") return { width: Math.max(width * 0.5, 1.4), dash: [] };
  if (verdict === "unknown") return { width: Math.max(width * 0.34, 1.6), dash: [Math.max(width, 6), Math.max(width * 0.6, 4)] };
  return { width: Math.max(width * 0.95, 4), dash: [Math.max(width * 0.22, 1.6), Math.max(width * 0.4, 2.6)] };
}

/** Paints one pass over all roads: edges, surface, or the pattern of one verdict. */
export class RoadPaint {
  constructor(pass, palette) {
    Object.assign(this, { pass, palette });
  }

  draw(context, geom, zoom, { props }) {
    if (this.pass === "edges" && props.rank) return; // from afar the surface is edge enough
    const width = roadWidth(props, zoom);
    const seen = seenBy(context, width);
    context.globalAlpha = 1;
    context.lineJoin = "round";
    context.lineCap = this.pass === "edges" || this.pass === "surface" ? "round" : "butt";
    const { colour, width: px, dash } = this.look(width);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = px;
    context.setLineDash(dash);
    context.beginPath();
    const dots = geom.filter((part) => touches(part, seen) && !trace(context, part));
    context.stroke();
    context.setLineDash([]);
    dots.forEach(([place]) => drawDot(context, this.pass, place, Math.max(px / 2, 1.8)));
  }

  look(width) {
    if (this.pass === "edges") return { colour: this.palette.edge, width: width + 2, dash: [] };
    if (this.pass === "surface") return { colour: this.palette.road, width, dash: [] };
    return { colour: this.palette[this.pass], ...patternOf(this.pass, width) };
  }
}

/** What of the shapes the canvas shows: a tile of data is painted to four of them, and most of a feature is on the others. */
function seenBy(context, width) {
  const { a, e, f } = context.getTransform();
  const [x, y, reach] = [-e / a, -f / a, width + 2];
  return { minX: x - reach, minY: y - reach, maxX: x + context.canvas.width / a + reach, maxY: y + context.canvas.height / a + reach };
}

function touches(part, seen) {
  const box = (part.box ??= boxOf(part));
  return box.minX <= seen.maxX && box.maxX >= seen.minX && box.minY <= seen.maxY && box.maxY >= seen.minY;
}

function boxOf(part) {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const { x, y } of part) {
    if (x < box.minX) box.minX = x;
    if (x > box.maxX) box.maxX = x;
    if (y < box.minY) box.minY = y;
    if (y > box.maxY) box.maxY = y;
  }
  return box;
}

/** Add a line to the path; false where it is too short to be one. */
function trace(context, part) {
  const [first, second] = part;
  if (part.length === 2 && Math.abs(first.x - second.x) + Math.abs(first.y - second.y) < 0.5) return false;
  part.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  return true;
}

/** What is too small to be a line: a disc, a ring, a cross. */
function drawDot(context, pass, { x, y }, r) {
  context.beginPath();
  if (pass === "blocked") {
    context.lineWidth = 1.4;
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x - r, y + r);
    context.lineTo(x + r, y - r);
    return context.stroke();
  }
  context.arc(x, y, r, 0, 2 * Math.PI);
  if (pass !== "unknown") return context.fill();
  context.lineWidth = 1.2;
  return context.stroke();
}

/** Something that stands in the way: a bar across the road where it stops the vehicle, a broken one where nobody knows. */
export class StopPaint {
  constructor(palette) {
    this.palette = palette;
  }

  draw(context, [[{ x, y }]], zoom, { props }) {
    const [half, angle] = [zoom >= 17 ? 9 : 6, (props.angle_deg * Math.PI) / 180];
    const [dx, dy] = [-Math.sin(angle) * half, Math.cos(angle) * half];
    const blocked = props.verdict === "blocked";
    for (const [colour, width] of [[this.palette.halo, 6], [this.palette[props.verdict], 3.2]]) {
      context.globalAlpha = 1;
      context.lineCap = "butt";
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.setLineDash(blocked || width > 4 ? [] : [half * 0.5, half * 0.5]);
      context.beginPath();
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
      context.stroke();
    }
    context.setLineDash([]);
  }
}

/** The entries of the legend: [{verdict, label, swatch}], each swatch as it is on the map. */
export function wayLegend(palette) {
  return VERDICTS.map((verdict) => ({ verdict, label: t(`ways.${verdict}`), swatch: swatch(verdict, palette) }));
}

function swatch(verdict, palette) {
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: 44 * ratio, height: 22 * ratio, className: "swatch way" });
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const line = [[{ x: 0, y: 11 }, { x: 44, y: 11 }]];
  for (const pass of ["edges", "surface", verdict]) new RoadPaint(pass, palette).draw(context, line, 16.8, { props: { highway: "residential" } });
  return canvas;
}
