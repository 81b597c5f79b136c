/** A Loop as a compiled function over addresses: made once per Loop, whatever the memory it then runs on. */
import { internal } from "../../autodiff/errors.ts"
import type { Loop, MapLoop, PrefixLoop, ScatterLoop } from "../../autodiff/program/loop/loop.ts"
import { children, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"
import { collapse } from "../compile/collapse.ts"
import { asContraction, type Contraction, sizeOfAxes } from "../compile/contraction.ts"
import { readInPlace } from "../compile/in-place.ts"
import { lowerTranscendentals } from "../compile/lower.ts"
import { scalarsOf, withScalars } from "../compile/narrow.ts"
import { erf, erfc, erfinv } from "../compile/special/error-function.ts"
import { lgamma, polygamma } from "../compile/special/gamma.ts"
import { lowerFunctions } from "../compile/special/lower.ts"
import { splitWinners } from "../compile/winners.ts"
import { scratchOf } from "./emit/blocking.ts"
import { emitContraction } from "./emit/contraction.ts"
import { emitMap, emitPrefix, emitScatter } from "./emit/forms.ts"
import { newEmitter } from "./emit/values.ts"
import { vectorises } from "./emit/vectorise.ts"
import { workOf } from "./emit/work.ts"
import { i32 } from "./encode.ts"
import { type Tile, tileFor, tilesOfRuntime } from "./gemm.ts"
import { moduleBytes } from "./module.ts"
import { namesInMath } from "./threads/worker.ts"

/** Loops that run as code; views are aliases, and routines run on the host. */
export type CodeLoop = MapLoop | PrefixLoop | ScatterLoop

export interface Assembled {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of memory that each part may use while it runs, in whole cache lines; where it is 0, `run` takes no address for it. */
  readonly scratch: number
  /** The tile of the product of packed panels that it imports, as "panels". */
  readonly tile: Tile | undefined
  /** Slots of inputs whose address may also be that of one result, if it is as long. */
  readonly inPlace: ReadonlySet<number>
  /** How many parts get something to do, however many there are; 1 where the first does it all. */
  readonly splits: number
  /** About how many nanoseconds one core takes for it. */
  readonly work: number
}
export interface AssembleOptions {
  /** What products choose from. */
  readonly tiles?: readonly Tile[]
  /** Whether the memory is shared by threads. */
  readonly shared?: boolean
}

/**
 * The module of a Loop: exports `run(address of each input, address of each result, [scratch], part, parts)`. All parts
 * together write the whole results, no two of them the same element, and each element has the same bits whatever `parts`
 * is. Part p uses scratch + p times `Assembled.scratch`.
 */
export function assemble(
  source: CodeLoop,
  { tiles = tilesOfRuntime(), shared = false }: AssembleOptions = {},
): Assembled {
  const loop = lowered(source)
  const results = loop.form === "map" ? loop.bodies.length : 1
  const product = loop.form === "map" ? worthPacking(loop) : undefined
  const tile = product === undefined ? undefined : tileOf(product, tiles)
  const scratch = loop.inputs.length + results
  const parameters = scratch + (product === undefined ? 2 : 3)
  const e = newEmitter(parameters, usesOf(scalarsOf(loop)))
  const emit = (): number => {
    if (loop.form === "prefix") return emitPrefix(e, loop)
    if (loop.form === "scatter") return emitScatter(e, loop)
    if (product === undefined || tile === undefined) return emitMap(e, loop)
    return emitContraction(e, loop, product, tile, scratch)
  }
  const emitted = emit()
  const splits = e.imports.some(({ name }) => name in mainFunctions) ? 1 : emitted
  const params = new Array<typeof i32>(parameters).fill(i32)
  return {
    bytes: moduleBytes(e.imports, [{ name: "run", params, locals: e.locals, body: e.root.code }], { shared }),
    scratch: product === undefined || tile === undefined ? 0 : scratchOf(product, tile),
    tile,
    inPlace: product === undefined ? readInPlace(loop) : new Set(),
    splits,
    work: workOf(loop, product),
  }
}

/** Whether two elementwise loops run as well together as apart: a loop that has no lanes would cost the other its own. */
export const alike = (a: MapLoop, b: MapLoop): boolean => hasLanes(a) === hasLanes(b)
function hasLanes(loop: MapLoop): boolean {
  const made = lowered(loop)
  const last = made.indices.at(-1)
  return scalarsOf(made).every((x) => last === undefined || vectorises(x, last))
}

/**
 * The contraction for which packing pays. The plain nest reaches 30 GFLOP/s while both operands stay in cache and the
 * result has whole vectors, and 20 as products of rows, where k is what lies in order.
 */
function worthPacking(loop: MapLoop): Contraction | undefined {
  const c = asContraction(loop)
  const last = c?.k.at(-1)
  if (c === undefined || last === undefined || sizeOfAxes(c.outer) === 0) return undefined
  const [m, n] = [sizeOfAxes(c.m), sizeOfAxes(c.n)]
  const k = c.k.reduce((p, v) => p * v.size, 1)
  const ofRows = vectorises(c.a, last) && vectorises(c.b, last)
  if (m < 4 || n < 8 || k < 4) return undefined
  if (ofRows && last.size >= 32 && (m < 16 || n < 16)) return undefined
  return m * n * k >= (ofRows || last !== c.k[0] ? 4096 : 13_824) ? c : undefined
}

/** Rows that are several axes are packed in lanes only where no panel spans two runs of the innermost. */
function tileOf({ m }: Contraction, tiles: readonly Tile[]): Tile {
  const inner = m.at(-1)?.index.size ?? 1
  const whole = m.length > 1 ? tiles.filter((t) => inner % t.rows === 0) : tiles
  return tileFor(whole.length > 0 ? whole : tiles, sizeOfAxes(m))
}

function lowered(loop: CodeLoop): CodeLoop {
  const made: Loop = withScalars(loop, (x) => lowerTranscendentals(lowerFunctions(splitWinners(x))))
  if (made.form === "view" || made.form === "routine") throw internal(`a ${made.form} became of a ${loop.form}`)
  return made.form === "map" ? collapse(made) : made
}

/** How many nodes use each node, the Loop itself counted among them. */
function usesOf(roots: readonly Scalar[]): ReadonlyMap<Scalar, number> {
  const uses = new Map<Scalar, number>()
  const count = (n: Scalar): void => {
    uses.set(n, (uses.get(n) ?? 0) + 1)
  }
  for (const n of nodesOf(...roots)) for (const c of children(n)) count(c)
  roots.forEach(count)
  return uses
}

const ofMath = Object.fromEntries(namesInMath.map((name) => [name, Math[name]]))
/** What kernels import by name: functions of the host for what WebAssembly cannot compute. */
export const hostFunctions: WebAssembly.ModuleImports = {
  ...ofMath,
  exp2: (a: number) => 2 ** a,
  rem: (a: number, b: number) => a % b,
  "pow i32": (a: number, b: number) => a ** b,
  "pow u32": (a: number, b: number) => (a >>> 0) ** (b >>> 0),
}
/** More of them, which workers do not have: a kernel that calls one is not shared out. */
export const mainFunctions = { erf, erfc, erfinv, lgamma, polygamma } as const
