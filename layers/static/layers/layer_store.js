// The features of one layer around what is seen: loaded when needed, let go when the map has moved on.

import { Failure, ask } from "./api.js";
import { config } from "./page.js";
import { prepare } from "./shapes.js";

const LIMIT = 5000;
const AROUND = 0.3; // a share of the view on each side, so that small moves need no new question

export class LayerStore {
  constructor(layer, changed) {
    Object.assign(this, { layer, changed, shown: layer.style.shown, features: [], matched: 0, synthetic: false });
    Object.assign(this, { state: "idle", bounds: null, error: "", request: null });
  }

  isDrawn(zoom) {
    return this.shown && zoom >= this.layer.style.minZoom;
  }

  get truncated() {
    return this.matched > this.features.length;
  }

  /** Load what the view needs and does not have. */
  update(bounds, zoom) {
    const covered = this.bounds?.contains(bounds) && !this.truncated && this.state !== "failed";
    if (!this.isDrawn(zoom) || (covered && this.state === "ready")) return;
    this.request?.abort();
    this.request = new AbortController();
    this.load(bounds.pad(AROUND), this.request);
  }

  async load(bounds, request) {
    this.setState("loading");
    try {
      const page = await ask(this.address(bounds), { signal: request.signal });
      this.features = page.features.map(prepare).filter(Boolean);
      Object.assign(this, { bounds, matched: page.numberMatched, synthetic: this.synthetic || page.synthetic });
      this.setState("ready");
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof Failure)) console.error(error);
      this.error = error.message;
      this.setState("failed");
    }
  }

  address(bounds) {
    const clamp = (value, most) => Math.min(Math.max(value, -most), most).toFixed(6);
    const box = [clamp(bounds.getWest(), 180), clamp(bounds.getSouth(), 90), clamp(bounds.getEast(), 180), clamp(bounds.getNorth(), 90)];
    const params = new URLSearchParams({ bbox: box.join(","), limit: LIMIT });
    if (this.layer.dated) params.set("datetime", config.today);
    return `${this.layer.items}?${params}`;
  }

  setState(state) {
    this.state = state;
    this.changed(this);
  }
}
