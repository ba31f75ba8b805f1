// All layers on one canvas, in their drawing order: thousands of features stay smooth where a DOM node each would not.

import { drawLabels } from "./labels.js";
import { AREA, LINE, POINT, hits, overlaps } from "./shapes.js";
import {
  drawPoint, fillArea, glyphOf, isGround, lineWidth, radiusOf, strokeDashed, strokeDoubt, strokeEdges, strokeSurface, symbolOf,
} from "./symbols.js";

const REACH_PX = 5; // a finger or a shaky hand

/** A Leaflet renderer that draws what `stores` hold; stores are sorted, the lowest first. */
export const FeatureCanvas = L.Renderer.extend({
  options: { padding: 0.3 },

  initialize(stores, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._stores = stores;
  },

  _initContainer() {
    this._container = L.DomUtil.create("canvas", "feature-canvas");
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const [size, ratio] = [this._bounds.getSize(), window.devicePixelRatio || 1];
    L.DomUtil.setPosition(this._container, this._bounds.min);
    Object.assign(this._container, { width: size.x * ratio, height: size.y * ratio });
    Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
    this._context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._paint(size);
    this.fire("update");
  },

  /** Draw again, at the next frame. */
  redraw() {
    this._frame ??= requestAnimationFrame(() => {
      this._frame = undefined;
      if (this._map) this._update();
    });
  },

  /** What is under a place of the map, topmost first: [{layer, feature}]. */
  pick(latlng, accept = () => true) {
    const zoom = this._map.getZoom();
    const { x, y } = this._map.project(latlng, 0);
    const found = [];
    for (const store of [...this._stores].reverse()) {
      if (!store.isDrawn(zoom) || !accept(store.layer)) continue;
      for (const feature of store.features) {
        if (hits(feature, x, y, this._reach(store.layer, feature, zoom))) found.push({ layer: store.layer, feature });
      }
    }
    return found;
  },

  _reach(layer, feature, zoom) {
    const px = feature.kind === POINT ? radiusOf(layer, zoom) : lineWidth(feature.properties, zoom) / 2;
    return (px + REACH_PX) / 2 ** zoom;
  },

  _paint(size) {
    const zoom = this._map.getZoom();
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const view = { zoom, scale: 2 ** zoom, x: origin.x, y: origin.y };
    const seen = [origin.x, origin.y, origin.x + size.x, origin.y + size.y].map((px) => px / view.scale);
    const drawn = this._stores.filter((store) => store.isDrawn(zoom)).map(({ layer, features }) => ({
      layer, features: features.filter((feature) => overlaps(feature.box, seen, 12 / view.scale)),
    }));
    this._context.lineJoin = "round";
    drawn.forEach(({ layer, features }) => this._paintLayer(layer, features, view));
    drawLabels(this._context, drawn, view, size);
  },

  _paintLayer(layer, features, view) {
    const of = (kind) => features.filter((feature) => feature.kind === kind);
    of(AREA).forEach((feature) => this._paintArea(layer, feature, view));
    this._paintLines(layer, of(LINE), view);
    const [radius, glyph] = [radiusOf(layer, view.zoom), glyphOf(layer)];
    for (const { properties, xy } of of(POINT)) {
      const symbol = symbolOf(layer, properties);
      for (const [x, y] of xy) {
        drawPoint(this._context, symbol, x * view.scale - view.x, y * view.scale - view.y, radius, glyph);
      }
    }
  },

  _paintArea(layer, { properties, xy }, view) {
    const symbol = symbolOf(layer, properties);
    this._trace(xy, view);
    // A dashed outline is a border; everything else is a surface.
    if (!symbol.dash) fillArea(this._context, symbol);
    strokeDashed(this._context, symbol, symbol.dash ? 1.5 : 1);
    this._context.setLineDash([]);
  },

  /** All edges first and all surfaces over them, so that junctions stay open. */
  _paintLines(layer, features, view) {
    if (!isGround(layer)) return this._paintStretches(layer, features, view);
    for (const stroke of [strokeEdges, strokeSurface, strokeDoubt]) {
      this._context.lineCap = stroke === strokeSurface ? "round" : "butt";
      for (const { properties, xy } of features) {
        this._trace(xy, view);
        stroke(this._context, symbolOf(layer, properties), lineWidth(properties, view.zoom));
      }
    }
    this._context.lineCap = "butt";
    return undefined;
  },

  /** Something that stands in the way along a stretch, with its symbol at the middle. */
  _paintStretches(layer, features, view) {
    for (const { properties, xy } of features) {
      const symbol = symbolOf(layer, properties);
      this._trace(xy, view);
      strokeDashed(this._context, { ...symbol, dash: "3 3" }, 6);
      this._context.setLineDash([]);
      const middle = 2 * Math.floor(xy[0].length / 4);
      const [x, y] = [xy[0][middle] * view.scale - view.x, xy[0][middle + 1] * view.scale - view.y];
      drawPoint(this._context, symbol, x, y, radiusOf(layer, view.zoom));
    }
  },

  _trace(parts, { scale, x, y }) {
    this._context.beginPath();
    for (const part of parts) {
      this._context.moveTo(part[0] * scale - x, part[1] * scale - y);
      for (let i = 2; i < part.length; i += 2) this._context.lineTo(part[i] * scale - x, part[i + 1] * scale - y);
    }
  },
});
