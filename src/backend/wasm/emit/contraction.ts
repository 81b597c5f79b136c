/**
 * Contractions by the packed product of gemm.ts. Operands are packed through the ordinary code of their values, so
 * strides, padding and casts cost no case of their own; results are written in place, and the epilogue runs over them.
 */
import { input, type MapLoop } from "../../../autodiff/program/loop/loop.ts"
import { load, type Scalar, type Var } from "../../../autodiff/program/loop/scalar.ts"
import { rewrite } from "../../../autodiff/program/loop/walk.ts"
import { type Contraction, sizeOfAxes } from "../../compile/contraction.ts"
import { block } from "../../compile/place.ts"
import {
  add,
  type Code,
  call,
  counted,
  divU,
  f32,
  get,
  i32,
  i32Const,
  lesser,
  mul,
  remU,
  set,
  storeTo,
  sub,
  v128,
} from "../encode.ts"
import { columns, type Tile } from "../gemm.ts"
import { type Emitter, held, indexOver, keepI32, type Nest } from "./emitter.ts"
import { emitMap } from "./forms.ts"
import { addressOf } from "./memory.ts"
import { nest } from "./nest.ts"
import { vectorises } from "./vectorise.ts"

/** How a contraction is cut so that packed blocks stay in cache: steps of the outermost k, of m, and of n. */
interface Blocking {
  readonly outerK: number
  readonly k: number
  readonly m: number
  readonly n: number
}
function blockingOf({ m, n, k }: Contraction, { rows }: Tile): Blocking {
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

/** Bytes of scratch memory that `emitContraction` needs. */
export function scratchOf(c: Contraction, tile: Tile): number {
  const { k, m, n } = blockingOf(c, tile)
  return (k * (m + n) + tile.rows * columns) * 4
}

export function emitContraction(e: Emitter, loop: MapLoop, c: Contraction, tile: Tile, scratch: number): void {
  const { a, b, outer, m, n, k } = c
  const size = blockingOf(c, tile)
  const [first] = k
  const result = input(loop.inputs.length, "f32", loop.shape)
  const [sizeM, sizeN] = [sizeOfAxes(m), sizeOfAxes(n)]
  const stride = m.at(-1)?.out ?? 0
  const packedB = get(scratch)
  const packedA = keepI32(e, e.root, [get(scratch), i32Const(size.k * size.n * 4), add])
  const edge = keepI32(e, e.root, [packedA, i32Const(size.k * size.m * 4), add])
  const product = e.imported("panels", { params: new Array<typeof i32>(9).fill(i32), results: [] })

  nest(
    e,
    outer.map((x) => x.index),
    undefined,
    e.root,
    (at) => {
      const start = { base: 0, terms: new Map<Scalar, number>(outer.map((x) => [x.index, x.out])) }
      const { code, offset } = addressOf(e, start, result, at)
      const c0 = keepI32(e, at, [code, i32Const(offset), add])
      steps(e, at, first?.size ?? 1, size.outerK, (kAt, kFrom, kTo) => {
        const depth = keepI32(e, kAt, [kTo, kFrom, sub, i32Const(size.k / size.outerK), mul])
        steps(e, kAt, sizeN, size.n, (nAt, nFrom, nTo) => {
          pack(
            e,
            nAt,
            b,
            n.map((x) => x.index),
            k,
            columns,
            packedB,
            [nFrom, nTo],
            [kFrom, kTo],
          )
          steps(e, nAt, sizeM, size.m, (mAt, mFrom, mTo) => {
            pack(
              e,
              mAt,
              a,
              m.map((x) => x.index),
              k,
              tile.rows,
              packedA,
              [mFrom, mTo],
              [kFrom, kTo],
            )
            const corner: Code = [c0, mFrom, i32Const(stride * 4), mul, add, nFrom, i32Const(4), mul, add]
            const sizes: Code = [mTo, mFrom, sub, nTo, nFrom, sub, depth]
            mAt.code.push(packedA, packedB, corner, i32Const(stride * 4), sizes, kFrom, edge, call(product))
          })
        })
      })
    },
  )
  if (c.epilogue !== undefined) {
    const there = load(result, loop.indices)
    const body = rewrite(c.epilogue, (x) => (x === c.sum ? there : x))
    emitMap(e, { ...loop, bodies: [body] })
  }
}

/** `inside` for each range [from, to) of at most `step` out of `size`; without a loop where there is one range. */
function steps(e: Emitter, b: Nest, size: number, step: number, inside: (b: Nest, from: Code, to: Code) => void): void {
  if (size <= step) {
    inside(b, i32Const(0), i32Const(size))
    return
  }
  const local = e.local(i32)
  const inner = block(b)
  const end: Code = [get(local), i32Const(step), add]
  const to = keepI32(e, inner, lesser(end, i32Const(size)))
  inside(inner, get(local), to)
  b.code.push(counted(local, i32Const(0), i32Const(size), step, inner.code))
}

type Range = readonly [from: Code, to: Code]
/** Writes panels of `width` neighbours of the index that `across` are, for each of them all of k. */
function pack(
  e: Emitter,
  b: Nest,
  x: Scalar,
  across: readonly Var[],
  k: readonly Var[],
  width: number,
  into: Code,
  [from, to]: Range,
  depth: Range,
): void {
  const inner = across.at(-1)!
  const target = e.local(i32)
  const panel = e.local(i32)
  const inLanes = vectorises(x, inner) && (across.length === 1 || inner.size % width === 0)
  const body = block(b)
  if (inLanes) {
    // What a vector has beyond the panel's width is written over by the next step of k, or by whoever is next in scratch.
    const wide = Math.ceil(width / 4)
    const at = unravel(e, body, get(panel), across, wide)
    alongK(e, at, k, depth, (kAt) => {
      const lanes = e.vectors(x, kAt, wide)
      kAt.code.push(
        lanes.map((v, u) => storeTo(v128, get(target), v, 16 * u)),
        advance(target, width * 4),
      )
    })
    body.code.push(at.code)
  } else {
    // Columns one after the other, or four where no four span two runs of the innermost index; those over the end repeat
    // the last ones, and nobody reads what comes of them.
    const inFours = vectorises(x, inner) && inner.size % 4 === 0 && width % 4 === 0
    const step = inFours ? 4 : 1
    const column = e.local(i32)
    const write = e.local(i32)
    const size = across.reduce((p, v) => p * v.size, 1)
    const one = block(body)
    const wanted: Code = [get(panel), get(column), add]
    const clamped = keepI32(e, one, lesser(wanted, i32Const(size - step)))
    const at = unravel(e, one, clamped, across, inFours ? 1 : 0)
    at.code.push([get(target), get(column), i32Const(4), mul, add, set(write)])
    alongK(e, at, k, depth, (kAt) => {
      const value = inFours
        ? storeTo(v128, get(write), e.vectors(x, kAt, 1)[0]!, 0)
        : storeTo(f32, get(write), e.scalar(x, kAt), 0)
      kAt.code.push(value, advance(write, width * 4))
    })
    one.code.push(at.code)
    body.code.push(counted(column, i32Const(0), i32Const(width), step, one.code))
    body.code.push([get(write), i32Const(4 * (width - step)), sub, set(target)])
  }
  b.code.push([into, set(target)], counted(panel, from, to, width, body.code))
}
const advance = (local: number, bytes: number): Code => [get(local), i32Const(bytes), add, set(local)]

/** A block that binds the indices of which `flatIndex` is the one of all; the innermost to lanes where `wide` says so. */
function unravel(e: Emitter, b: Nest, flatIndex: Code, across: readonly Var[], wide: number): Nest {
  let inside = 1
  const bound = across.toReversed().map((v, d) => {
    const above: Code = inside === 1 ? flatIndex : [flatIndex, i32Const(inside), divU]
    const code: Code = d === across.length - 1 ? above : [above, i32Const(v.size), remU]
    inside *= v.size
    const local = e.local(i32)
    b.code.push(code, set(local))
    return [v, wide > 0 && d === 0 ? indexOver(local, wide) : held(local)] as const
  })
  return block(b, bound)
}

/** The loops over k, the outermost over a part of its range. */
function alongK(e: Emitter, b: Nest, k: readonly Var[], [from, to]: Range, inside: (b: Nest) => void): void {
  const [v, ...rest] = k
  if (v === undefined) {
    inside(b)
    return
  }
  const local = e.local(i32)
  const inner = block(b, [[v, held(local)]])
  alongK(e, inner, rest, [i32Const(0), i32Const(rest[0]?.size ?? 0)], inside)
  b.code.push(counted(local, from, to, 1, inner.code))
}
