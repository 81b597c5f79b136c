/** Figures as files: Vega draws, and resvg makes the PNG with a font that comes with the project. */
import { createRequire } from "node:module"
import { Resvg } from "@resvg/resvg-js"
import { parse, View } from "vega"
import { compile } from "vega-lite"
import type { Figure } from "./study.ts"

const font = "DejaVu Sans"

export async function svgOf({ title, spec }: Figure): Promise<string> {
  const whole = {
    title: { text: title, font, fontSize: 13, anchor: "start" },
    ...spec,
    config: {
      font,
      background: "white",
      axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal" },
      legend: { labelFontSize: 11, titleFontSize: 11 },
      header: { labelFontSize: 12, titleFontSize: 12 },
    },
  }
  // A body made by figures.ts, or written by a study, is checked by the compiler of Vega-Lite when it is drawn.
  const { spec: vega } = compile(whole as unknown as Parameters<typeof compile>[0])
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
