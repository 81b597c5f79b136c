/** The figure: how many times faster everybody is than the faster JavaScript peer, with a tick where a bar stands. */
import { createRequire } from "node:module"
import { Resvg } from "@resvg/resvg-js"
import { parse, View } from "vega"
import { compile } from "vega-lite"
import { drawn, headOf, pointsOf } from "./points.ts"
import type { Results } from "./results.ts"

const colours = ["#7cc4f2", "#0b63b6", "#b9b9b9", "#e8871e", "#c23b22", "#d9c36c", "#3a3a3a"]

export async function figureOf(results: Results): Promise<string> {
  const { points, bars } = pointsOf(results)
  const y = { field: "row", type: "nominal", sort: null, title: null, axis: { grid: true, labelLimit: 260 } }
  const x = {
    field: "ratio",
    type: "quantitative",
    // A few are further off, and stand at the edge: they would squeeze all others into the middle.
    scale: { type: "log", domain: [0.02, 50], clamp: true, nice: false },
    title: "times faster than the faster of jax-js and tfjs-wasm; a tick: what was asked",
  }
  const color = {
    field: "who",
    type: "nominal",
    title: null,
    scale: { domain: drawn.map(headOf), range: colours },
  }
  const { cpu, cores } = results.machine
  const { spec } = compile({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Cotangent beside its peers: ${cpu}, ${cores} cores, Node ${results.node.slice(1)}`,
      font,
      fontSize: 13,
    },
    width: 720,
    height: { step: 22 },
    layer: [
      { data: { values: [{}] }, mark: { type: "rule", color: "#888" }, encoding: { x: { datum: 1 } } },
      {
        data: { values: bars },
        mark: { type: "tick", thickness: 3, size: 18, opacity: 0.9 },
        encoding: { x, y, color },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: { x, y, color },
      },
    ],
    config: { font, background: "white", axis: { labelFontSize: 12 }, legend: { labelFontSize: 12 } },
  })
  return new View(parse(spec), { renderer: "none" }).toSVG()
}
const font = "DejaVu Sans"

export function pngOf(svg: string): Uint8Array {
  const fonts = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")
  const image = new Resvg(svg, { font: { fontFiles: [fonts], loadSystemFonts: false, defaultFontFamily: font } })
  return image.render().asPng()
}
