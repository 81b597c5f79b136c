/** The figure of a run as SVG: the loss of every step, and the accuracy after every epoch. */
import type { History } from "./checkpoint.ts"

type Point = readonly [x: number, y: number]
interface Line {
  readonly points: readonly Point[]
  readonly colour: string
  readonly width: number
  readonly dots?: boolean
}
interface Panel {
  readonly title: string
  readonly x: string
  readonly y: Axis
  readonly columns: Axis
  readonly lines: readonly Line[]
}
/** From data to a share of the panel, and where its ticks are. */
interface Axis {
  readonly share: (value: number) => number
  readonly ticks: readonly (readonly [at: number, label: string])[]
}

const [width, height, left, top, right, bottom] = [460, 300, 62, 44, 16, 44]

/** 1, 2 or 5 times a power of ten, at which about `count` ticks fit. */
function tickStep(range: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10(range / count))
  return power * ([1, 2, 5].find((factor) => factor * power * count >= range) ?? 10)
}
function linear(low: number, high: number, label: (value: number) => string): Axis {
  const range = high > low ? high - low : 1
  const step = tickStep(range, 6)
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor((low + range) / step + 1e-9) - first + 1
  return {
    share: (value) => (value - low) / range,
    ticks: Array.from({ length: count }, (_, k) => [(first + k) * step, label((first + k) * step)]),
  }
}
function logarithmic(low: number, high: number): Axis {
  const [from, to] = [Math.log10(low), Math.log10(high)]
  const powers = Array.from({ length: Math.floor(to) - Math.ceil(from) + 3 }, (_, k) => Math.ceil(from) - 1 + k)
  const ticks = powers
    .flatMap((power) => [1, 2, 5].map((factor) => factor * 10 ** power))
    .filter((value) => value >= low && value <= high)
  return {
    share: (value) => (Math.log10(value) - from) / (to - from),
    ticks: ticks.map((value) => [value, String(Number(value.toPrecision(1)))]),
  }
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
const text = (x: number, y: number, content: string, more = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`

function panelSvg({ title, x, y, columns, lines }: Panel): string {
  const [innerWidth, innerHeight] = [width - left - right, height - top - bottom]
  const across = (value: number) => left + innerWidth * columns.share(value)
  const down = (value: number) => top + innerHeight * (1 - y.share(value))
  const grid = y.ticks.flatMap(([at, label]) => [
    `<line x1="${left}" x2="${width - right}" y1="${down(at).toFixed(1)}" y2="${down(at).toFixed(1)}" stroke="#ddd"/>`,
    text(left - 6, down(at) + 4, label, 'text-anchor="end"'),
  ])
  const foot = columns.ticks.map(([at, label]) => text(across(at), height - bottom + 16, label, 'text-anchor="middle"'))
  const drawn = lines.flatMap(({ points, colour, width: stroke, dots = false }) => {
    const places = points.map(([a, b]): Point => [across(a), down(b)])
    const path = places.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" ")
    const marks = dots
      ? places.map(([a, b]) => `<circle cx="${a.toFixed(1)}" cy="${b.toFixed(1)}" r="3" fill="${colour}"/>`)
      : []
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linejoin="round"/>`,
      ...marks,
    ]
  })
  return [
    text(left, top - 16, title, 'font-size="14"'),
    ...grid,
    `<rect x="${left}" y="${top}" width="${innerWidth}" height="${innerHeight}" fill="none" stroke="#999"/>`,
    ...drawn,
    ...foot,
    text(left + innerWidth / 2, height - 8, x, 'text-anchor="middle"'),
  ].join("\n")
}

/** Means over neighbouring steps, at most about 300 points: thousands of steps would be a smear. */
function thinned(losses: readonly number[]): readonly Point[] {
  const span = Math.max(1, Math.ceil(losses.length / 300))
  return Array.from({ length: Math.ceil(losses.length / span) }, (_, k): Point => {
    const some = losses.slice(k * span, (k + 1) * span)
    return [k * span + (some.length + 1) / 2, some.reduce((sum, loss) => sum + loss, 0) / some.length]
  })
}

export function trainingFigure({ losses, accuracies }: History, subtitle: string): string {
  const points = thinned(losses)
  const positive = points.map(([, loss]) => loss).filter((loss) => loss > 0)
  const steps = linear(0, Math.max(losses.length, 1), (value) => value.toLocaleString("en"))
  const shares = accuracies.map((accuracy, k): Point => [k + 1, accuracy])
  const lowest = Math.min(...accuracies, 0.99)
  const panels: readonly Panel[] = [
    {
      title: "training loss (cross-entropy, nats)",
      x: "step",
      columns: steps,
      y: logarithmic(Math.min(...positive, 1) / 1.2, Math.max(...positive, 1.1) * 1.2),
      lines: [{ points: points.filter(([, loss]) => loss > 0), colour: "#1f6feb", width: 1.5 }],
    },
    {
      title: `test accuracy: ${subtitle}`,
      x: "epoch",
      columns: {
        ...linear(0.5, accuracies.length + 0.5, String),
        ticks: shares.map(([epoch]) => [epoch, String(epoch)]),
      },
      y: linear(lowest - 0.2 * (1 - lowest), 1, (value) => `${Number((100 * value).toFixed(2))}%`),
      lines: [{ points: shares, colour: "#d1495b", width: 2, dots: true }],
    },
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${panels.length * width}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#333">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...panels.map((panel, k) => `<g transform="translate(${k * width} 0)">\n${panelSvg(panel)}\n</g>`),
    "</svg>\n",
  ].join("\n")
}
