/** Figures as files: Vega draws, and resvg makes the PNG with a font that comes with the project. */
import { createRequire } from "node:module"
import { Resvg } from "@resvg/resvg-js"
import { parse, resetSVGDefIds, View } from "vega"
import { compile } from "vega-lite"
import type { Figure } from "../study.ts"

const font = "DejaVu Sans"
const config = {
  font,
  background: "white",
  axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal", labelFlush: false },
  // Symbols are as strong as lines, not as pale as bands.
  legend: { labelFontSize: 11, titleFontSize: 11, symbolOpacity: 1 },
  header: { labelFontSize: 12, titleFontSize: 12 },
}

export async function svgOf({ title, spec }: Figure): Promise<string> {
  const whole = { title: { text: title, font, fontSize: 13, anchor: "start" }, ...spec, config }
  // A copy, for Vega writes into rows; and what a study wrote is checked by the compiler of Vega-Lite alone.
  const { spec: vega } = compile(JSON.parse(JSON.stringify(whole)))
  // Names of clips and gradients are counted over the whole process.
  resetSVGDefIds()
  return new View(parse(vega), { renderer: "none" }).toSVG()
}

export function pngOf(svg: string): Uint8Array {
  const file = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")
  return new Resvg(svg, {
    fitTo: { mode: "zoom", value: 2 },
    background: "white",
    font: { loadSystemFonts: false, fontFiles: [file], defaultFontFamily: font },
  })
    .render()
    .asPng()
}
