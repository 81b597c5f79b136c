import { createRequire } from "node:module"
import { Resvg } from "@resvg/resvg-js"

/** The font comes with the project: text looks alike everywhere, also where the system has no fonts. */
export const fontFamily = "DejaVu Sans"
const fontFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")

/** An SVG as PNG, at twice its size in pixels. */
export const toPng = (svg: string): Uint8Array =>
  new Resvg(svg, {
    fitTo: { mode: "zoom", value: 2 },
    background: "white",
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: fontFamily },
  })
    .render()
    .asPng()
