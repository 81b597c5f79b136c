/** Points by group. */
import { type Channel, groups, panelled, quantitative, type Row, type Spec } from "./channel.ts"

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
