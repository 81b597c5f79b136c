/** How rows come to axes, colours and panels of Vega-Lite. */
export type Row = Readonly<Record<string, number | string>>
export type Spec = Readonly<Record<string, unknown>>

/** An axis or a colour: the field of the rows, and what is written beside it. */
export interface Channel {
  readonly field: string
  readonly title: string
  readonly scale?: "linear" | "log"
  readonly domain?: readonly [number, number]
  readonly format?: string
}
export const quantitative = ({ field, title, scale = "linear", domain, format }: Channel, zero = false): Spec => ({
  field,
  title,
  type: "quantitative",
  scale: {
    type: scale,
    ...(scale === "log" ? {} : { zero }),
    nice: domain === undefined,
    ...(domain === undefined ? {} : { domain }),
  },
  axis: {
    ...(format === undefined ? {} : { format }),
    // Of the numerals between decades none is written, or they would stand on each other.
    ...(scale === "log" ? { tickCount: 6 } : {}),
  },
})
/** In the order in which groups first appear; sorted by name, `0.1` would stand beside `0.02` and `a` after `Z`. */
export const groups = (field: string, title: string | null = null): Spec => ({
  field,
  title,
  type: "nominal",
  sort: null,
})

/** One panel for each value of a field, where one is named; each with axes of its own. */
export const panelled = (rows: readonly Row[], panel: string | undefined, body: Spec): Spec =>
  panel === undefined
    ? { data: { values: rows }, ...body }
    : {
        data: { values: rows },
        facet: { field: panel, type: "nominal", sort: null, title: null },
        columns: 2,
        spec: body,
        resolve: { scale: { x: "independent", y: "independent" } },
      }
