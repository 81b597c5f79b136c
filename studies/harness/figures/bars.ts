/** Bars by category. */
import { type Channel, groups, quantitative, type Row, type Spec } from "./channel.ts"

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
  // From zero, or the lengths of the bars would lie; who names a domain has said where they are cut.
  const up = quantitative(y, y.domain === undefined)
  return {
    data: { values: rows },
    width,
    height,
    layer: [
      { mark: { type: "bar", clip: true }, encoding: { ...encoding, y: { ...up, stack: null } } },
      ...(error === undefined
        ? []
        : [
            {
              mark: { type: "rule", color: "black" },
              encoding: {
                ...encoding,
                color: undefined,
                y: { ...up, field: error[0] },
                y2: { field: error[1] },
              },
            },
          ]),
    ],
  }
}
