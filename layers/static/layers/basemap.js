// The base map: roads by whether the chosen vehicle fits, waters, wards, houses, and what stands there, from our own tiles.

import { around, isClustered, joinCounts } from "./base_points.js";
import { labelRules, paintRules } from "./base_rules.js";
import { pickOn } from "./base_pick.js";
import { config } from "./page.js";
import { DAY, NIGHT } from "./palettes.js";
import { TileReader } from "./tile_reader.js";
import { wayLegend } from "./way_patterns.js";

const LEVELS = 1; // a tile of data is 512 pixels wide
const TILE_PX = 256 << LEVELS;
const LOOK_AGAIN_MS = 60_000; // a market opens without anybody editing anything
const RETRY_MS = 5_000;
const CALM_MS = 120;
const SYMBOL_PX = 14;

export class BaseMap {
  /**
   * `vehicle` is a code, null for nobody in particular (roads without verdicts), undefined while it is not known yet: no
   * road is asked for until then. `changed()` is called whenever something was loaded, or could not be.
   */
  constructor(map, { vehicle, night = false, changed = () => {} } = {}) {
    const layers = config.layers.filter(({ id }) => id !== config.map.sources.ways?.insteadOf);
    Object.assign(this, { map, vehicle, night, changed, doubts: new Set(), hidden: new Set(), painting: 0 });
    this.layers = [...layers].sort((a, b) => a.style.order - b.style.order);
    // Before the first tile is asked for: what is switched off is not sent.
    this.layers.filter(({ style }) => !style.shown).forEach(({ id }) => this.hidden.add(id));
    this.readers = {
      ground: new TileReader((z) => this.groundAddress(z), () => this.told()),
      ways: new TileReader((z) => this.waysAddress(z), () => this.told()),
    };
    this.views = Object.fromEntries(Object.entries(this.readers).map(([name, reader]) => [name, viewOf(reader, (data) => this.prepared(data))]));
    this.imagery = imageryOf(config.map.imagery);
    this.draw();
    this.clock = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
  }

  // What is shown -----------------------------------------------------------------------------------------------------

  /** Show the roads as they are for another vehicle; null for nobody in particular. */
  setVehicle(code) {
    if (code === this.vehicle) return;
    this.vehicle = code;
    this.refresh(["ways"]);
  }

  setNight(night) {
    if (night === this.night) return;
    this.night = night;
    this.draw();
  }

  /** While nobody can tell whether the data is the latest, nothing is passable; the page may know it before the map does. */
  setStale(stale) {
    this.doubt("page", stale);
  }

  get stale() {
    return this.doubts.size > 0;
  }

  doubt(who, doubts) {
    const { stale } = this;
    this.doubts[doubts ? "add" : "delete"](who);
    if (stale !== this.stale) this.layer.rerenderTiles();
  }

  /** Show or hide a layer; `ways` are the roads, `imagery` the pictures of the settings. */
  show(id, shown) {
    this.hidden[shown ? "delete" : "add"](id);
    if (id === "imagery") return this.draw();
    if (id === "ways") return this.again();
    return this.refresh(["ground"]);
  }

  isShown(id) {
    return !this.hidden.has(id);
  }

  /** Ask for all tiles again, after an edit by anybody; what is on the screen stays until they are there. */
  refresh(names = Object.keys(this.readers)) {
    names.forEach((name) => {
      this.readers[name].forget();
      this.views[name].tileCache.cache.clear();
    });
    this.again();
  }

  /** The three patterns: [{verdict, label, swatch}]. */
  legend() {
    return wayLegend(this.palette);
  }

  get palette() {
    return this.night ? NIGHT : DAY;
  }

  // What there is -----------------------------------------------------------------------------------------------------

  /** "loading", "failed" or "ready". */
  get state() {
    const readers = Object.values(this.readers);
    if (readers.some(({ failed }) => failed.size > 0)) return "failed";
    const waiting = this.painting > 0 || this.vehicle === undefined || readers.some(({ loading }) => loading > 0);
    return waiting ? "loading" : "ready";
  }

  /** How many features of a layer are in view, and whether any is invented; null where the layer is not drawn. */
  countIn(layer) {
    if (!this.isDrawn(layer)) return null;
    const [low, high] = this.viewPx();
    const [found, seen] = [{ count: 0, synthetic: false }, new Set()];
    for (const { feature, x, y } of this.featuresOf(layer)) {
      if (x < low.x || x > high.x || y < low.y || y > high.y || (feature.id && seen.has(feature.id))) continue;
      seen.add(feature.id);
      found.count += feature.props.count ?? 1;
      found.synthetic ||= Boolean(feature.props.synthetic);
    }
    return found;
  }

  /** Whether a layer is drawn at all here, be it as counts. */
  isDrawn(layer) {
    return this.isShown(layer.id) && (this.dataZoom >= layer.style.minZoom || isClustered(layer));
  }

  /** What is under a place: {layer, feature} with the feature as the server knows it, or {layer, cluster}; null for nothing. */
  pick(latlng, accept = () => true) {
    return pickOn(this, latlng, accept);
  }

  get dataZoom() {
    return Math.min(Math.round(this.map.getZoom()) - LEVELS, config.map.maxZoom);
  }

  /** The corners of the view in pixels of the world at the zoom of the data. */
  viewPx() {
    const [z, bounds] = [this.dataZoom, this.map.getBounds()];
    return [this.map.project(bounds.getNorthWest(), z), this.map.project(bounds.getSouthEast(), z)];
  }

  /** The tiles of data that the view needs: [z, x, y]. */
  tilesInView() {
    const [low, high] = this.viewPx().map((corner) => corner.divideBy(256).floor());
    const tiles = [];
    for (let x = low.x; x <= high.x; x += 1) for (let y = low.y; y <= high.y; y += 1) tiles.push([this.dataZoom, x, y]);
    return tiles;
  }

  /** What is drawn of a layer around the view: {feature, x, y} in pixels of the world at the zoom of the data. */
  * featuresOf({ id }) {
    for (const [z, x, y] of this.tilesInView()) {
      for (const feature of this.views.ground.tileCache.cache.get(`${x}:${y}:${z}`)?.data.get(id) ?? []) {
        const { minX, maxX, minY, maxY } = feature.bbox;
        yield { feature, x: (x + (minX + maxX) / 2 / TILE_PX) * 256, y: (y + (minY + maxY) / 2 / TILE_PX) * 256 };
      }
    }
  }

  // Behind it ---------------------------------------------------------------------------------------------------------

  draw() {
    this.layer?.remove();
    this.imagery?.remove();
    const look = this.look();
    if (this.imagery && this.isShown("imagery")) this.imagery.addTo(this.map);
    this.layer = window.protomapsL.leafletLayer({
      sources: {}, attribution: "© OpenStreetMap", lang: config.language, noWrap: true, updateWhenZooming: false,
      backgroundColor: look.hasGround() ? this.palette.ground : undefined, paintRules: paintRules(look), labelRules: labelRules(look),
    });
    for (const [name, view] of Object.entries(this.views)) this.layer.views.set(name, view);
    this.watchPainting(this.layer);
    this.layer.addTo(this.map);
    this.map.getContainer().style.background = this.palette.ground;
    this.map.getContainer().classList.toggle("night", this.night);
  }

  /** Know when all that is asked for is painted; the map tells it as `data-map`. */
  watchPainting(layer) {
    const paint = layer.renderTile.bind(layer);
    layer.renderTile = async (...tile) => {
      this.painting += 1;
      try {
        await paint(...tile);
      } finally {
        this.painting -= 1;
        if (this.painting === 0) this.told();
      }
    };
  }

  look() {
    const { palette, layers } = this;
    return {
      palette, layers, today: config.today,
      isShown: (id) => this.isShown(id),
      hasGround: () => !(this.imagery && this.isShown("imagery")),
      verdictOf: ({ props }) => (this.stale && props.verdict === "passable" ? "unknown" : props.verdict),
    };
  }

  /** Paint again; the labels are laid out anew. */
  again() {
    this.layer.clearLayout();
    this.layer.rerenderTiles();
  }

  /** The layers that have something to draw at a zoom, in one tile. */
  groundAddress(z) {
    const ids = this.layers.filter((layer) => this.isShown(layer.id) && (z >= layer.style.minZoom || isClustered(layer))).map(({ id }) => id);
    return ids.length > 0 ? config.map.tiles.replace("{layers}", ids.join(",")) : "";
  }

  waysAddress(z) {
    const { ways } = config.map.sources;
    if (!ways || this.vehicle === undefined || z < ways.minZoom) return "";
    return this.vehicle ? `${ways.tiles}?vehicle=${encodeURIComponent(this.vehicle)}` : ways.tiles;
  }

  /** Count together what the server counted by small cells, and give symbols room beyond their place. */
  prepared(data) {
    for (const layer of this.layers) {
      const features = data.get(layer.id);
      if (!features) continue;
      if (isClustered(layer) && features.some(({ props }) => props.count)) data.set(layer.id, joinCounts(layer, features, TILE_PX));
      else features.forEach((feature) => { if (feature.geomType === 1) feature.bbox = around(feature.geom[0][0], SYMBOL_PX); });
    }
    return data;
  }

  told() {
    this.doubt("tiles", this.readers.ways.failed.size > 0);
    if (this.state === "failed") this.retry ??= setTimeout(() => { this.retry = undefined; this.refresh(); }, RETRY_MS);
    this.map.getContainer().dataset.map = this.state;
    this.telling ??= setTimeout(() => { this.telling = undefined; this.changed(); }, CALM_MS);
  }

  /** Ask whether the roads in view are still those on the screen, and draw them anew if not. */
  async lookAgain() {
    if (document.hidden || !this.layer) return;
    const old = await this.readers.ways.isOld(this.tilesInView());
    if (old) this.refresh(["ways"]);
    this.doubt("clock", old === null);
  }
}

/** A source of tiles for protomaps-leaflet. */
function viewOf(reader, prepare) {
  const { PmtilesSource, TileCache, View } = window.protomapsL;
  const source = new PmtilesSource(reader, true);
  const prepared = { get: async (place, px) => prepare(await source.get(place, px)) };
  return new View(new TileCache(prepared, TILE_PX), config.map.maxZoom, LEVELS);
}

function imageryOf(imagery) {
  if (!imagery) return null;
  // Leaflet takes it for markup.
  const attribution = imagery.attribution.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return L.tileLayer(imagery.tiles, { attribution, maxNativeZoom: imagery.maxZoom, maxZoom: 20 });
}
