/**
 * Packing of a product's operands into panels: some neighbours of one operand's own index side by side, k outermost.
 * Operands are packed through the ordinary code of their values, so strides, padding and casts cost no case of their own.
 */
import type { Scalar, Var } from "../../../autodiff/program/loop/scalar.ts"
import { block } from "../../compile/place.ts"
import {
  add,
  and,
  type Code,
  counted,
  divU,
  f32,
  get,
  i32,
  i32Const,
  lesser,
  ltS,
  mul,
  remU,
  set,
  storeTo,
  sub,
  v128,
  when,
} from "../encode.ts"
import { type Emitter, held, indexOver, keepI32, type Nest } from "./emitter.ts"
import { transposed } from "./transposed.ts"
import { vectorises } from "./vectorise.ts"

export type Range = readonly [from: Code, to: Code]
/** What is packed: the value, its own indices, k, and how many neighbours a panel has. */
interface Packed {
  readonly x: Scalar
  readonly across: readonly Var[]
  readonly k: readonly Var[]
  readonly width: number
}

/** Writes panels for the numbers `from`..`to` that the indices `across` are together, for each of them k in its range. */
export function pack(e: Emitter, b: Nest, packed: Packed, into: Code, [from, to]: Range, depth: Range): void {
  const { x, across, k, width } = packed
  const [inner, last] = [across.at(-1)!, k.at(-1)!]
  const target = e.local(i32)
  const panel = e.local(i32)
  const body = block(b)
  const inLanes = vectorises(x, inner) && (across.length === 1 || inner.size % width === 0)
  // Four where no four span two runs of the innermost index.
  const inFours = vectorises(x, inner) && inner.size % 4 === 0 && width % 4 === 0
  if (inLanes) asVectors(e, body, packed, panel, target, depth)
  else if (!inFours && last.size >= 4 && vectorises(x, last)) asSquares(e, body, packed, panel, target, depth)
  else asColumns(e, body, packed, panel, target, depth, inFours ? 4 : 1)
  b.code.push([into, set(target)], counted(panel, from, to, width, body.code))
}

/** Neighbours lie next to each other. */
function asVectors(e: Emitter, b: Nest, { x, across, k, width }: Packed, panel: number, target: number, depth: Range) {
  // What a vector has beyond the panel's width is written over by the next step of k, or by whoever is next in scratch.
  const wide = Math.ceil(width / 4)
  const at = unravel(e, b, get(panel), across, wide)
  alongK(e, at, k, depth, (kAt) => {
    const lanes = e.vectors(x, kAt, wide)
    kAt.code.push(
      lanes.map((v, u) => storeTo(v128, get(target), v, 16 * u)),
      advance(target, width * 4),
    )
  })
  b.code.push(at.code)
}

/** Columns one after the other, or four; those over the end repeat the last ones, and nobody reads what comes of them. */
function asColumns(
  e: Emitter,
  b: Nest,
  { x, across, k, width }: Packed,
  panel: number,
  target: number,
  depth: Range,
  step: 1 | 4,
): void {
  const column = e.local(i32)
  const write = e.local(i32)
  const one = block(b)
  const clamped = keepI32(e, one, clampedColumn([get(panel), get(column), add], across, step))
  const at = unravel(e, one, clamped, across, step === 4 ? 1 : 0)
  at.code.push([get(target), get(column), i32Const(4), mul, add, set(write)])
  alongK(e, at, k, depth, (kAt) => {
    const value =
      step === 4
        ? storeTo(v128, get(write), e.vectors(x, kAt, 1)[0]!, 0)
        : storeTo(f32, get(write), e.scalar(x, kAt), 0)
    kAt.code.push(value, advance(write, width * 4))
  })
  one.code.push(at.code)
  b.code.push(counted(column, i32Const(0), i32Const(width), step, one.code))
  b.code.push([get(write), i32Const(4 * (width - step)), sub, set(target)])
}

/** k lies in order: four steps of four columns are read as vectors, and turned over in registers. */
function asSquares(e: Emitter, b: Nest, packed: Packed, panel: number, target: number, depth: Range): void {
  const { x, across, k, width } = packed
  const write = e.local(i32)
  // The last columns first: what a square writes beyond the panel's width is then written over by the first ones.
  for (let first = width - (width % 4 || 4); first >= 0; first -= 4) {
    const count = Math.min(4, width - first)
    const columns = Array.from({ length: count }, (_, c) => {
      const column = keepI32(e, b, clampedColumn([get(panel), i32Const(first + c), add], across, 1))
      return unravel(e, b, column, across, 0)
    })
    for (const at of columns) b.code.push(at.code)
    b.code.push([get(target), i32Const(4 * first), add, set(write)])
    squaresAlong(e, b, columns, k, depth, width, write, x)
  }
  b.code.push(get(write), set(target))
}
/** The loops over k for columns side by side, each of which has a block of its own. */
function squaresAlong(
  e: Emitter,
  b: Nest,
  columns: readonly Nest[],
  [v, ...rest]: readonly Var[],
  [from, to]: Range,
  width: number,
  write: number,
  x: Scalar,
): void {
  const local = e.local(i32)
  const inside = (wide: number): readonly Nest[] =>
    columns.map((at) => block(at, [[v!, wide > 0 ? indexOver(local, wide) : held(local)]]))
  const [next] = rest
  if (next !== undefined) {
    const inner = block(b)
    const blocks = inside(0)
    for (const at of blocks) inner.code.push(at.code)
    squaresAlong(e, inner, blocks, rest, [i32Const(0), i32Const(next.size)], width, write, x)
    b.code.push(counted(local, from, to, 1, inner.code))
    return
  }
  const code: Code[] = []
  const rows = inside(1).map((at) => {
    const value = e.vectors(x, at, 1)[0]!
    const row = e.local(v128)
    code.push(at.code, value, set(row))
    return get(row)
  })
  const four = [0, 1, 2, 3].map((c) => rows[c % rows.length]!)
  transposed(e, four, code).forEach((step, j) => {
    code.push(storeTo(v128, get(write), step, j * width * 4))
  })
  code.push(advance(write, 4 * width * 4))
  const whole = keepI32(e, b, [from, [to, from, sub, i32Const(-4), and], add])
  const rest4: Code[] = []
  inside(0).forEach((at, c) => {
    const value = e.scalar(x, at)
    rest4.push(at.code, storeTo(f32, get(write), value, 4 * c))
  })
  rest4.push(advance(write, width * 4))
  b.code.push(when([from, whole, ltS], counted(local, from, whole, 4, code)))
  b.code.push(when([whole, to, ltS], counted(local, whole, to, 1, rest4)))
}

const clampedColumn = (wanted: Code, across: readonly Var[], step: number): Code =>
  lesser(wanted, i32Const(across.reduce((p, v) => p * v.size, 1) - step))
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
