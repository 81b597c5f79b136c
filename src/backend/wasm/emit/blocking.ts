/** How a contraction is cut: into blocks that stay in cache, and into the shares of threads. */
import { type Contraction, sizeOfAxes } from "../../compile/contraction.ts"
import { columns, type Tile } from "../gemm.ts"
import { lineOfWords } from "./share.ts"

/** How a contraction is cut so that packed blocks stay in cache: steps of the outermost k, of m, and of n. */
export interface Blocking {
  readonly outerK: number
  readonly k: number
  readonly m: number
  readonly n: number
}
export function blockingOf({ m, n, k }: Contraction, { rows }: Tile): Blocking {
  const [first, ...rest] = k
  const inner = rest.reduce((p, v) => p * v.size, 1)
  // Whole where it is short: a second round has to read the results again.
  const whole = (first?.size ?? 1) * inner
  const outerK = whole <= 384 ? (first?.size ?? 1) : Math.max(1, Math.floor(256 / inner))
  const depth = outerK * inner
  const within = (floats: number, unit: number, all: number): number =>
    Math.min(Math.ceil(all / unit) * unit, Math.max(unit, Math.floor(floats / depth / unit) * unit))
  return { outerK, k: depth, m: within(1 << 15, rows, sizeOfAxes(m)), n: within(1 << 19, columns, sizeOfAxes(n)) }
}

/** Bytes of scratch memory that each part of `emitContraction` needs. */
export function scratchOf(c: Contraction, tile: Tile): number {
  const { k, m, n } = blockingOf(c, tile)
  return Math.ceil(((k * (m + n) + tile.rows * columns) * 4) / 64) * 64
}

/** What one part has of the products of one batch: all of them, or columns, or rows. */
export interface Cut {
  readonly side: "m" | "n"
  readonly unit: number
  readonly count: number
}
/**
 * Whole panels of that side by which four parts are done first: the other side is packed by each of them, and where units
 * do not come out even the last one waits.
 */
export function cutOf({ m, n, epilogue }: Contraction, { rows }: Tile): Cut {
  const [sizeM, sizeN] = [sizeOfAxes(m), sizeOfAxes(n)]
  const innermost = n.at(-1)?.index.size ?? 1
  // An epilogue over several indices is over whole runs of the innermost.
  const runs = epilogue !== undefined && n.length > 1 ? leastCommonMultiple(innermost, columns) : columns
  const units = { m: rows, n: sizeN >= 4 * lineOfWords && runs === columns ? lineOfWords : runs }
  const time = (mine: number, other: number, unit: number): number => {
    const most = Math.min(mine, Math.ceil(Math.ceil(mine / unit) / 4) * unit)
    // A float takes about as long to pack as it takes to multiply with 16 columns.
    return most * other + 16 * (most + other)
  }
  const side = time(sizeN, sizeM, units.n) <= time(sizeM, sizeN, units.m) ? "n" : "m"
  const unit = units[side]
  return { side, unit, count: Math.ceil((side === "n" ? sizeN : sizeM) / unit) }
}
function leastCommonMultiple(a: number, b: number): number {
  let common = a
  while (common % b !== 0) common += a
  return common
}
