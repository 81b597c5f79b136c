/** A table in colours. */
import { type Channel, groups, type Row, type Spec } from "./channel.ts"

export interface HeatOptions {
  readonly rows: readonly Row[]
  readonly x: string
  readonly y: string
  readonly colour: Channel
  readonly width?: number
  readonly height?: number
}
/** A coloured cell for each row, its value written in it. */
export const heat = ({ rows, x, y, colour, width = 360, height = 240 }: HeatOptions): Spec => {
  const { field, title, scale = "linear", domain, format = ".3~f" } = colour
  // Light enough for black numbers.
  const shades = { type: scale, range: ["#f4f8fc", "#6fadd8"], ...(domain === undefined ? {} : { domain }) }
  const value = { field, type: "quantitative" }
  return {
    data: { values: rows },
    width,
    height,
    encoding: { x: { ...groups(x, x), axis: { labelAngle: 0 } }, y: groups(y, y) },
    layer: [
      { mark: "rect", encoding: { color: { ...value, title, scale: shades, legend: { format } } } },
      { mark: { type: "text", fontSize: 11 }, encoding: { text: { ...value, format } } },
    ],
  }
}
