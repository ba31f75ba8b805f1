// What is under a click: found in the tiles that are drawn, told as the server knows it now.

import { ask } from "./api.js";
import { layerById } from "./page.js";
import { radiusOf } from "./symbols.js";

const REACH_PX = 5; // a finger or a shaky hand
const COUNT_PX = 26;
const ROADS_PX = 10;

/** The topmost thing at a place, as {layer, feature}, or {layer, cluster} for a count; null for nothing. */
export async function pickOn(base, latlng, accept) {
  for (const layer of [...base.layers].reverse()) {
    if (layer.style.order < 50) break;
    const found = accept(layer) && base.isDrawn(layer) && nearest(base, layer, latlng);
    if (found) return found.props.count > 1 ? { layer, cluster: found } : { layer, feature: await asStored(layer, found, latlng) };
  }
  return pickGround(base, latlng, accept);
}

async function pickGround(base, latlng, accept) {
  const layers = [...base.layers].reverse().filter((layer) => layer.style.order < 50 && accept(layer) && base.isDrawn(layer));
  const found = base.views.ground.tileCache.queryFeatures(latlng.lng, latlng.lat, base.dataZoom, REACH_PX);
  const at = (layer) => found.find(({ layerName, feature }) => layerName === layer.id && feature.id && !feature.props.count);
  const houses = layers.find((layer) => layer.geometry !== "MultiPolygon" && at(layer));
  if (houses) return { layer: houses, feature: await asStored(houses, at(houses).feature, latlng) };
  const road = await pickRoad(base, latlng, accept);
  if (road) return road;
  const area = layers.find(at);
  return area ? { layer: area, feature: await asStored(area, at(area).feature, latlng) } : null;
}

function nearest(base, layer, latlng) {
  const zoom = base.map.getZoom();
  const [place, scale] = [base.map.project(latlng, base.dataZoom), 2 ** (zoom - base.dataZoom)];
  let best = null;
  for (const { feature, x, y } of base.featuresOf(layer)) {
    const counted = feature.props.count > 1;
    const px = Math.hypot(x - place.x, (y - place.y) * (counted ? 2 : 1)) * scale;
    if (px <= (counted ? COUNT_PX : radiusOf(layer, zoom) + REACH_PX) && !(best?.px <= px)) best = { feature, px };
  }
  return best?.feature;
}

/** The road nearest to the place; tiles join roads that look alike, so the server says which it is. */
async function pickRoad(base, latlng, accept) {
  const layer = layerById("roads");
  if (!layer || !accept(layer) || !base.isShown("ways") || base.map.getZoom() < layer.style.minZoom) return null;
  const zoom = base.map.getZoom(); // as it was pointed at: the view may move while the server is asked
  const toPx = (where) => base.map.project(where, zoom);
  const point = toPx(latlng);
  const [a, b] = [[-ROADS_PX, ROADS_PX], [ROADS_PX, -ROADS_PX]].map((off) => base.map.unproject(point.add(off), zoom));
  const { features } = await ask(`${layer.items}?bbox=${[a.lng, a.lat, b.lng, b.lat].map((deg) => deg.toFixed(6)).join(",")}&limit=50`);
  const px = ({ geometry }) => Math.min(...lines(geometry).map((line) => apartPx(toPx, line, point)));
  const [first] = features.map((feature) => ({ feature, px: px(feature) })).sort((one, other) => one.px - other.px);
  return first && first.px <= ROADS_PX ? { layer, feature: first.feature } : null;
}

const lines = ({ type, coordinates }) => (type === "MultiLineString" ? coordinates : [coordinates]);

function apartPx(toPx, line, point) {
  const px = line.map(([lng, lat]) => toPx([lat, lng]));
  return Math.min(...px.slice(1).map((end, i) => L.LineUtil.pointToSegmentDistance(point, px[i], end)));
}

/** The feature as it is now; where the server does not answer, as it was drawn. */
async function asStored(layer, { id, props }, latlng) {
  try {
    return await ask(`${layer.items}/${id}`);
  } catch {
    return { id, properties: props, geometry: { type: "Point", coordinates: [latlng.lng, latlng.lat] } };
  }
}
