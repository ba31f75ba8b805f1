// In which order the base map is painted and labelled; the lowest comes first.

import { CountPaint, HousePaint, PointPaint, isClustered, traceRings } from "./base_points.js";
import { isGround } from "./symbols.js";
import { RoadPaint, StopPaint, VERDICTS } from "./way_patterns.js";

const FONT = '"Segoe UI", Roboto, "Noto Sans", system-ui, sans-serif';
const [STREETS_FROM, WATERS_FROM, WARDS_FROM, NUMBERS_FROM, STOPS_FROM] = [15, 14, 12, 18, 15];

/** `look`: {palette, layers, isShown(id), verdictOf(feature), hasGround}; rules ask it each time they paint. */
export function paintRules(look) {
  const { palette, layers } = look;
  const ground = layers.filter(isGround);
  const standing = layers.filter((layer) => !isGround(layer));
  return [
    ...ground.filter((layer) => layer.geometry === "MultiPolygon").map((layer) => area(look, layer)),
    ...ground.filter((layer) => layer.geometry === "Geometry").map((layer) => rule("ground", layer.id, new HousePaint(palette), look, (_z, f) => !f.props.count)),
    ...["edges", "surface"].map((pass) => ({ dataSource: "ways", dataLayer: "ways", symbolizer: new RoadPaint(pass, palette), filter: () => look.isShown("ways") })),
    ...VERDICTS.map((verdict) => ({
      dataSource: "ways", dataLayer: "ways", symbolizer: new RoadPaint(verdict, palette),
      filter: (_z, feature) => look.isShown("ways") && look.verdictOf(feature) === verdict,
    })),
    { dataSource: "ways", dataLayer: "stops", minzoom: STOPS_FROM, symbolizer: new StopPaint(palette), filter: () => look.isShown("ways") },
    ...ground.filter((layer) => layer.style.default.dash).map((layer) => rule("ground", layer.id, new BorderPaint(palette), look, inForce(look, layer))),
    ...standing.flatMap((layer) => [
      rule("ground", layer.id, new PointPaint(layer), look, (_z, f) => !(f.props.count > 1) && inForce(look, layer)(_z, f)),
      ...(isClustered(layer) ? [rule("ground", layer.id, new CountPaint(layer, palette), look, (_z, f) => f.props.count > 1)] : []),
    ]),
  ];
}

export function labelRules(look) {
  const { palette, layers } = look;
  const named = (layer) => layers.find(({ id }) => id === layer);
  const [wards, waters, houses] = ["administrative-units", "water-bodies", "buildings"].map(named);
  return [
    ...layers.filter(isClustered).map((layer) => label(look, layer, 0, new NoNames(), (_z, f) => f.props.count > 1)),
    wards && label(look, wards, WARDS_FROM, new MiddleLabel((p) => p.name, `600 12px ${FONT}`, palette.wardName, palette.outline, 900), inForce(look, wards)),
    waters && label(look, waters, WATERS_FROM, new MiddleLabel((p) => p.name, `italic 500 12px ${FONT}`, palette.waterName, palette.outline, 200)),
    { dataSource: "ways", dataLayer: "ways", minzoom: STREETS_FROM, filter: () => look.isShown("ways"), symbolizer: new window.protomapsL.LineLabelSymbolizer({
      labelProps: ["name"], font: `500 12px ${FONT}`, fill: palette.name, stroke: palette.outline, width: 3, position: 2, repeatDistance: 260,
    }) },
    houses && label(look, houses, NUMBERS_FROM, new MiddleLabel((p) => p[houses.style.label], `10px ${FONT}`, palette.number, palette.outline, 0)),
  ].filter(Boolean);
}

const rule = (dataSource, dataLayer, symbolizer, look, filter) =>
  ({ dataSource, dataLayer, symbolizer, filter: (zoom, feature) => look.isShown(dataLayer) && filter(zoom, feature) });

const label = (look, layer, minzoom, symbolizer, filter = () => true) => ({ ...rule("ground", layer.id, symbolizer, look, filter), minzoom });

/** Dated features only while they are in force. */
function inForce({ today }, { dated }) {
  if (!dated) return () => true;
  return (_zoom, { props }) => (!props.valid_from || props.valid_from <= today) && (!props.valid_to || props.valid_to > today);
}

/** An area by its symbol in the registry; that of a border is drawn over the roads. */
function area(look, layer) {
  return rule("ground", layer.id, { draw: (context, geom) => {
    if (layer.style.default.dash || !look.hasGround()) return;
    context.globalAlpha = 1;
    context.setLineDash([]);
    Object.assign(context, { fillStyle: look.palette.water, strokeStyle: look.palette.shore, lineWidth: 1 });
    traceRings(context, geom);
    context.fill("evenodd");
    context.stroke();
  } }, look, () => true);
}

class BorderPaint {
  constructor(palette) {
    this.palette = palette;
  }

  draw(context, geom) {
    context.globalAlpha = 0.8;
    context.setLineDash([7, 4, 1.5, 4]);
    Object.assign(context, { strokeStyle: this.palette.ward, lineWidth: 1.4 });
    traceRings(context, geom);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}


/** Keeps names off what is painted there. */
class NoNames {
  place(_layout, [[anchor]]) {
    const box = { minX: anchor.x - 30, maxX: anchor.x + 30, minY: anchor.y - 12, maxY: anchor.y + 12 };
    return [{ anchor, bboxes: [box], draw: () => {} }];
  }
}

/** A name in the middle of what it names, if it fits there. */
class MiddleLabel {
  constructor(text, font, fill, stroke, apartPx) {
    Object.assign(this, { text, font, fill, stroke, apartPx });
  }

  place({ scratch }, geom, { props, geomType }) {
    const text = this.text(props);
    if (!text) return undefined;
    const box = boxOf(geom);
    scratch.font = this.font;
    const [half, tall] = [scratch.measureText(text).width / 2, 7];
    if (geomType === 3 && (box.maxX - box.minX < 2 * half * 0.7 || box.maxY - box.minY < tall)) return undefined;
    const anchor = geom[0][0].clone();
    Object.assign(anchor, { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 });
    const bboxes = [{ minX: anchor.x - half, maxX: anchor.x + half, minY: anchor.y - tall, maxY: anchor.y + tall }];
    const again = this.apartPx ? { deduplicationKey: text, deduplicationDistance: this.apartPx } : {};
    return [{ anchor, bboxes, draw: (context) => this.write(context, text), ...again }];
  }

  write(context, text) {
    Object.assign(context, { globalAlpha: 1, font: this.font, textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    Object.assign(context, { strokeStyle: this.stroke, lineWidth: 3, fillStyle: this.fill });
    context.strokeText(text, 0, 0);
    context.fillText(text, 0, 0);
    Object.assign(context, { textAlign: "start", textBaseline: "alphabetic" });
  }
}

function boxOf(geom) {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const part of geom) {
    for (const { x, y } of part) {
      Object.assign(box, { minX: Math.min(box.minX, x), minY: Math.min(box.minY, y), maxX: Math.max(box.maxX, x), maxY: Math.max(box.maxY, y) });
    }
  }
  return box;
}
