/**
 * Two things the map needs to know of a shape: the box around it and where to write its name.
 *
 * Plain longitude and latitude; good enough to frame a view and to place a label, and used for nothing else.
 */

export type Box = [west: number, south: number, east: number, north: number];

type Ring = readonly GeoJSON.Position[];

/** The box around all the shapes, or null where there is none. */
export function boxOf(geometries: Iterable<GeoJSON.Geometry | null>): Box | null {
  let box: Box | null = null;
  for (const geometry of geometries) {
    for (const [x, y] of positions(geometry)) {
      if (x === undefined || y === undefined) continue;
      box = box
        ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
        : [x, y, x, y];
    }
  }
  return box;
}

function* positions(geometry: GeoJSON.Geometry | null): Generator<GeoJSON.Position> {
  if (geometry === null) return;
  switch (geometry.type) {
    case "Point":
      yield geometry.coordinates;
      return;
    case "MultiPoint":
    case "LineString":
      yield* geometry.coordinates;
      return;
    case "Polygon":
    case "MultiLineString":
      for (const part of geometry.coordinates) yield* part;
      return;
    case "MultiPolygon":
      for (const polygon of geometry.coordinates) for (const ring of polygon) yield* ring;
      return;
    case "GeometryCollection":
      for (const part of geometry.geometries) yield* positions(part);
  }
}

/** Where to put a label or a popup: the point itself, or the centroid of the largest outer ring. */
export function labelPoint(geometry: GeoJSON.Geometry | null): [number, number] | null {
  if (geometry === null) return null;
  if (geometry.type === "Point") {
    const [x, y] = geometry.coordinates;
    return x === undefined || y === undefined ? null : [x, y];
  }
  const rings: Ring[] =
    geometry.type === "Polygon"
      ? geometry.coordinates.slice(0, 1)
      : geometry.type === "MultiPolygon"
        ? geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1))
        : [];
  let best: { area: number; at: [number, number] } | null = null;
  for (const ring of rings) {
    const found = centroid(ring);
    if (found && (best === null || found.area > best.area)) best = found;
  }
  return best ? best.at : null;
}

function centroid(ring: Ring): { area: number; at: [number, number] } | null {
  const [first] = ring;
  const x0 = first?.[0];
  const y0 = first?.[1];
  if (x0 === undefined || y0 === undefined) return null;
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    // Relative to the first corner: the areas are tiny beside the coordinates, and would lose their digits.
    const ax = (ring[i]?.[0] ?? x0) - x0;
    const ay = (ring[i]?.[1] ?? y0) - y0;
    const bx = (ring[i + 1]?.[0] ?? x0) - x0;
    const by = (ring[i + 1]?.[1] ?? y0) - y0;
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  if (area === 0) return null;
  return { area: Math.abs(area), at: [x0 + x / (3 * area), y0 + y / (3 * area)] };
}
