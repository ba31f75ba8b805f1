// The point layers on the base map: each feature by its symbol, and from afar counts under the symbol of the worst.

import { drawPoint, glyphOf, radiusOf, symbolOf, tracePoint } from "./symbols.js";

const CELLS = 6; // along a side of a tile: a count has room in its cell, and covers no other one
const HALF = { x: 30, y: 12 }; // of a count

/** Whether the layer is drawn as counts where it is not drawn feature by feature. */
export const isClustered = (layer) => layer.style.worstFirst.length > 0;

/** Join the server's counts of small cells into those that can be read: the worst class, and how many of each. */
export function joinCounts(layer, features, tilePx) {
  const counted = features.filter(({ props, geom: [[{ x, y }]] }) => props.count && x >= 0 && y >= 0 && x < tilePx && y < tilePx);
  const cells = new Map();
  for (const feature of counted) {
    const [{ x, y }] = feature.geom[0];
    const [column, row] = [x, y].map((px) => Math.floor((px / tilePx) * CELLS));
    const cell = cells.get(`${column} ${row}`) ?? { x: column, y: row, members: [] };
    cells.set(`${column} ${row}`, cell);
    cell.members.push(feature);
  }
  return [...cells.values()].map((cell) => joined(layer, cell, tilePx / CELLS));
}

function joined(layer, cell, cellPx) {
  const { members } = cell;
  const sum = (name) => members.reduce((total, { props }) => total + (props[name] ?? 0), 0);
  const props = { count: sum("count"), synthetic: members.some((member) => member.props.synthetic) };
  for (const name of Object.keys(layer.counts)) if (sum(name)) props[name] = sum(name);
  props[layer.style.by] = worstOf(layer, props);
  const middle = (axis) => members.reduce((total, { geom, props: { count } }) => total + geom[0][0][axis] * count, 0) / props.count;
  const place = members[0].geom[0][0].clone();
  for (const axis of ["x", "y"]) {
    place[axis] = Math.min(Math.max(middle(axis), cell[axis] * cellPx + HALF[axis]), (cell[axis] + 1) * cellPx - HALF[axis]);
  }
  return { ...members[0], id: members.length === 1 && props.count === 1 ? members[0].id : undefined, props, geom: [[place]], bbox: around(place, 40) };
}

/** The worst class there is; none where a feature has no class at all, which then looks like nobody knows. */
function worstOf(layer, props) {
  const classes = layer.style.worstFirst.filter((value) => Object.entries(layer.counts).some(([name, of]) => of === value && props[name]));
  const known = Object.keys(layer.counts).reduce((total, name) => total + (props[name] ?? 0), 0);
  const best = layer.style.worstFirst.at(-1);
  return known < props.count && (classes[0] === best || !classes.length) ? undefined : classes[0];
}

/** A box that makes the map draw a symbol in every tile it reaches into. */
export const around = ({ x, y }, px) => ({ minX: x - px, minY: y - px, maxX: x + px, maxY: y + px });

/** Paints the features of a layer one by one. */
export class PointPaint {
  constructor(layer) {
    Object.assign(this, { layer, glyph: glyphOf(layer) });
  }

  draw(context, geom, zoom, { props }) {
    const stamp = stampOf(symbolOf(this.layer, props), radiusOf(this.layer, zoom), this.glyph);
    context.globalAlpha = 1;
    for (const [{ x, y }] of geom) context.drawImage(stamp, x - STAMP_PX / 2, y - STAMP_PX / 2, STAMP_PX, STAMP_PX);
  }
}

const STAMP_PX = 34;
const stamps = new Map();

/** A symbol drawn once: thousands of outlines and letters would cost a frame each time. */
function stampOf(symbol, r, glyph) {
  const ratio = window.devicePixelRatio || 1;
  const key = [symbol.colour, symbol.shape, r, glyph, ratio].join();
  if (!stamps.has(key)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = STAMP_PX * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    drawPoint(context, symbol, STAMP_PX / 2, STAMP_PX / 2, r, glyph);
    stamps.set(key, canvas);
  }
  return stamps.get(key);
}

/** Paints counts: the symbol of the worst, and the number beside it. */
export class CountPaint {
  constructor(layer, palette) {
    Object.assign(this, { layer, palette, glyph: glyphOf(layer) });
  }

  draw(context, [[{ x, y }]], zoom, { props }) {
    const [text, r] = [brief(props.count), 6.5];
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.font = "600 12px system-ui, sans-serif";
    const half = (context.measureText(text).width + 2 * r + 14) / 2;
    context.beginPath();
    context.roundRect(x - half, y - 10, 2 * half, 20, 10);
    context.fillStyle = this.palette.badge;
    context.strokeStyle = symbolOf(this.layer, props).colour;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    drawPoint(context, symbolOf(this.layer, props), x - half + r + 5, y, r, this.glyph);
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = this.palette.badgeInk;
    context.fillText(text, x - half + 2 * r + 9, y + 0.5);
  }
}

/** 1234 as 1,2k: whole numbers are for those who zoom in. */
const brief = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0).replace(".", ",")}k`);

/** A house: its footprint, or a dot where only its place is known. */
export class HousePaint {
  constructor(palette) {
    this.palette = palette;
  }

  draw(context, geom, zoom, feature) {
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.fillStyle = this.palette.building;
    context.strokeStyle = this.palette.wall;
    context.lineWidth = 0.8;
    if (feature.geomType === 1) tracePoint(context, "circle", geom[0][0].x, geom[0][0].y, zoom >= 18 ? 4 : 2.5);
    else traceRings(context, geom);
    context.fill();
    context.stroke();
  }
}

export function traceRings(context, geom) {
  context.beginPath();
  for (const ring of geom) ring.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
}
