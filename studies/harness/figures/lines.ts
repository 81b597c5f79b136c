/** Lines by group. */
import { type Channel, groups, panelled, quantitative, type Row, type Spec } from "./channel.ts"

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
