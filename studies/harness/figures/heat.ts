/** A table in colours. */
import { type Channel, groups, quantitative, type Row, type Spec } from "./channel.ts"

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
