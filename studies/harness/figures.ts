/** Makers of the figures that studies need, as bodies of Vega-Lite specifications. Points are plain records. */
type Row = Readonly<Record<string, number | string>>
type Spec = Readonly<Record<string, unknown>>

/** An axis or a colour: the field of the rows, and what is written beside it. */
export interface Channel {
  readonly field: string
  readonly title: string
  readonly scale?: "linear" | "log"
  readonly domain?: readonly [number, number]
  readonly format?: string
}
const quantitative = ({ field, title, scale = "linear", domain, format }: Channel): Spec => ({
  field,
  title,
  type: "quantitative",
  scale: { type: scale, zero: false, nice: domain === undefined, ...(domain === undefined ? {} : { domain }) },
  ...(format === undefined ? {} : { axis: { format } }),
})
/** In the order in which groups first appear; sorted by name, `0.1` would stand beside `0.02` and `a` after `Z`. */
const groups = (field: string, title: string | null = null): Spec => ({ field, title, type: "nominal", sort: null })

export interface LinesOptions {
  readonly rows: readonly Row[]
  readonly x: Channel
  readonly y: Channel
  /** One line for each of its values. */
  readonly colour: string
  /** One panel for each of its values. */
  readonly panel?: string
  /** Fields that bound a band around the line: one standard error, say. */
  readonly band?: readonly [low: string, high: string]
  readonly points?: boolean
  readonly width?: number
  readonly height?: number
}
/** Lines by group, with bands where they have some, in one panel or several. */
export function lines({
  rows,
  x,
  y,
  colour,
  panel,
  band,
  points = false,
  width = 420,
  height = 260,
}: LinesOptions): Spec {
  const encoding = { x: quantitative(x), color: groups(colour) }
  const line = { mark: { type: "line", point: points, clip: true }, encoding: { ...encoding, y: quantitative(y) } }
  const layer =
    band === undefined
      ? [line]
      : [
          {
            mark: { type: "area", opacity: 0.2, clip: true },
            encoding: { ...encoding, y: { ...quantitative(y), field: band[0] }, y2: { field: band[1] } },
          },
          line,
        ]
  return panelled(rows, panel, { width, height, layer })
}

const panelled = (rows: readonly Row[], panel: string | undefined, body: Spec): Spec =>
  panel === undefined
    ? { data: { values: rows }, ...body }
    : {
        data: { values: rows },
        facet: { field: panel, type: "nominal", sort: null, title: null },
        columns: 2,
        spec: body,
        resolve: { scale: { x: "independent", y: "independent" } },
      }

export interface PointsOptions {
  readonly rows: readonly Row[]
  readonly x: Channel
  readonly y: Channel
  readonly colour: string
  readonly panel?: string
  /** Fields between which an error bar stands. */
  readonly error?: readonly [low: string, high: string]
  readonly joined?: boolean
  readonly width?: number
  readonly height?: number
}
/** Points with error bars, joined by lines where asked for. */
export function points({
  rows,
  x,
  y,
  colour,
  panel,
  error,
  joined = false,
  width = 420,
  height = 260,
}: PointsOptions): Spec {
  const encoding = { x: quantitative(x), y: quantitative(y), color: groups(colour) }
  const layer = [
    ...(joined ? [{ mark: { type: "line", opacity: 0.6 }, encoding }] : []),
    ...(error === undefined
      ? []
      : [
          {
            mark: { type: "rule" },
            encoding: { ...encoding, y: { ...quantitative(y), field: error[0] }, y2: { field: error[1] } },
          },
        ]),
    { mark: { type: "point", filled: true, size: 50, opacity: 1 }, encoding },
  ]
  return panelled(rows, panel, { width, height, layer })
}

export interface BarsOptions {
  readonly rows: readonly Row[]
  readonly category: string
  readonly y: Channel
  /** Bars side by side within a category. */
  readonly colour?: string
  readonly error?: readonly [low: string, high: string]
  readonly width?: number
  readonly height?: number
}
/** Bars by category, grouped by colour; `y.domain` cuts the axis where the differences are. */
export function bars({ rows, category, y, colour, error, width = 420, height = 260 }: BarsOptions): Spec {
  const side = colour === undefined ? {} : { xOffset: groups(colour), color: groups(colour) }
  const encoding = { x: { ...groups(category), axis: { labelAngle: 0 } }, ...side }
  return {
    data: { values: rows },
    width,
    height,
    layer: [
      { mark: { type: "bar", clip: true }, encoding: { ...encoding, y: quantitative(y) } },
      ...(error === undefined
        ? []
        : [
            {
              mark: { type: "rule", color: "black" },
              encoding: {
                ...encoding,
                color: undefined,
                y: { ...quantitative(y), field: error[0] },
                y2: { field: error[1] },
              },
            },
          ]),
    ],
  }
}

export interface HeatOptions {
  readonly rows: readonly Row[]
  readonly x: string
  readonly y: string
  readonly colour: Channel
  readonly width?: number
  readonly height?: number
}
/** A coloured cell for each row, its value written in it. */
export const heat = ({ rows, x, y, colour, width = 360, height = 240 }: HeatOptions): Spec => ({
  data: { values: rows },
  width,
  height,
  encoding: { x: { ...groups(x, x), axis: { labelAngle: 0 } }, y: groups(y, y) },
  layer: [
    { mark: "rect", encoding: { color: { ...quantitative(colour), scale: { scheme: "blues", zero: false } } } },
    {
      mark: { type: "text", fontSize: 11 },
      encoding: { text: { field: colour.field, type: "quantitative", format: colour.format ?? ".3~f" } },
    },
  ],
})

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
  const ground = {
    data: { values: squares },
    mark: { type: "rect", clip: true },
    encoding: {
      x: quantitative(x),
      x2: { field: "x2" },
      y: quantitative(y),
      y2: { field: "y2" },
      color: {
        field: height.field,
        type: "quantitative",
        scale: { scheme: "greys", type: "symlog" },
        legend: null,
      },
    },
  }
  return {
    ...panelled(rows, panel, { width, height: tall, layer: [ground, walk] }),
    resolve: { scale: { color: "independent" } },
  }
}
