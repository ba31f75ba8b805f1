// Tiles as they come from the server: what fails is no empty tile, and what is older than the last edit is never kept.

const PATIENCE_MS = 15_000;
const MVT = "application/vnd.mapbox-vector-tile";

/** Reads the tiles of one source; protomaps-leaflet takes it for an archive, for it asks an archive by `getZxy`. */
export class TileReader {
  /** `address(z)` is the template of the tiles at a zoom, "" where there are none; `changed()` is called when the state has. */
  constructor(address, changed) {
    Object.assign(this, { address, changed, turn: 0, failed: new Set(), tags: new Map(), loading: 0 });
  }

  /** The bytes of a tile; undefined where nothing is, or where it could not be read: then it stands in `failed`. */
  async getZxy(z, x, y, signal) {
    this.loading += 1;
    this.changed();
    try {
      for (;;) {
        const { turn } = this;
        const data = await this.read(z, x, y, signal);
        if (turn === this.turn) return data && { data }; // else asked before an edit, and answered after it
      }
    } finally {
      this.loading -= 1;
      this.changed();
    }
  }

  async read(z, x, y, signal) {
    const url = this.url(z, x, y);
    if (!url) return undefined;
    try {
      const { data, tag } = await fetchTile(url, signal);
      this.failed.delete(url);
      this.tags.set(url, tag);
      return data;
    } catch (error) {
      if (signal?.aborted) throw error; // the view has moved on
      this.failed.add(url);
      return undefined;
    }
  }

  url(z, x, y) {
    return this.address(z).replace("{z}", z).replace("{x}", x).replace("{y}", y);
  }

  /** Whatever was read may be old from now on. */
  forget() {
    this.turn += 1;
    this.failed.clear();
    this.tags.clear();
  }

  /** Whether any of these tiles is another one by now; null where nobody answers. */
  async isOld(tiles) {
    const urls = tiles.map((tile) => this.url(...tile)).filter((url) => this.tags.has(url));
    try {
      const tags = await Promise.all(urls.map(async (url) => (await fetchTile(url)).tag));
      return urls.some((url, i) => this.tags.has(url) && this.tags.get(url) !== tags[i]);
    } catch {
      return null;
    }
  }
}

async function fetchTile(url, signal) {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
  const tag = response.headers.get("ETag") ?? "";
  if (response.status === 204) return { tag };
  // An answer that is something else than a tile must not be read as one.
  if (!response.ok || response.headers.get("Content-Type") !== MVT) throw new Error(`${url}: ${response.status}`);
  return { tag, data: await response.arrayBuffer() };
}
