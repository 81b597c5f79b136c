/** Walks over a landscape. */
import { type Channel, groups, panelled, quantitative, type Row, type Spec } from "./channel.ts"

export interface PathsOptions {
  /** Points in the order in which they are walked, `order` counting them. */
  readonly rows: readonly Row[]
  readonly x: Channel
  readonly y: Channel
  readonly colour: string
  readonly panel?: string
  /** The landscape below: one row for each cell of a grid, with the cell's side lengths. */
  readonly height?: { readonly rows: readonly Row[]; readonly field: string; readonly cell: readonly [number, number] }
  readonly size?: readonly [number, number]
}
/** Trajectories in the plane, over a landscape where there is one. Rows have an `order`. */
export function paths({ rows, x, y, colour, panel, height, size: [width, tall] = [380, 300] }: PathsOptions): Spec {
  const walk = {
    mark: { type: "line", point: { size: 12 }, clip: true, strokeWidth: 1.5 },
    encoding: { x: quantitative(x), y: quantitative(y), color: groups(colour), order: { field: "order" } },
  }
  if (height === undefined) return panelled(rows, panel, { width, height: tall, layer: [walk] })
  const [dx, dy] = height.cell
  const squares = height.rows.map((row) => ({
    ...row,
    x2: Number(row[x.field]) + dx,
    y2: Number(row[y.field]) + dy,
  }))
  // Ten shades over equal areas: where two meet is a level line, however steep the walls are.
  const shade = { field: height.field, type: "quantitative", legend: null, scale: { type: "quantile", range: greys } }
  const ground = {
    data: { values: squares },
    mark: { type: "rect", clip: true, strokeWidth: 0.6 },
    encoding: {
      x: quantitative(x),
      x2: { field: "x2" },
      y: quantitative(y),
      y2: { field: "y2" },
      fill: shade,
      // Squares that only touch let the background shine through between them.
      stroke: shade,
    },
  }
  return panelled(rows, panel, { width, height: tall, layer: [ground, walk] })
}
const greys = Array.from({ length: 10 }, (_, k) => `hsl(0, 0%, ${98 - 4 * k}%)`)
