/**
 * Contractions by the packed product of gemm.ts. Operands are packed through the ordinary code of their values, so
 * strides, padding and casts cost no case of their own; results are written in place, and the epilogue runs over them.
 */
import { flat } from "../../../autodiff/program/loop/affine.ts"
import { input, type MapLoop } from "../../../autodiff/program/loop/loop.ts"
import { load, type Scalar } from "../../../autodiff/program/loop/scalar.ts"
import { rewrite } from "../../../autodiff/program/loop/walk.ts"
import { type Contraction, sizeOfAxes } from "../../compile/contraction.ts"
import { block } from "../../compile/place.ts"
import { add, type Code, call, counted, divU, get, i32, i32Const, lesser, mul, sub } from "../encode.ts"
import { columns, type Tile } from "../gemm.ts"
import { blockingOf, type Cut, cutOf, scratchOf } from "./blocking.ts"
import { type Emitter, keepI32, type Nest } from "./emitter.ts"
import { addressOf, store } from "./memory.ts"
import { lanesFor, nest } from "./nest.ts"
import { pack, type Range } from "./pack.ts"
import { claim, enoughUnits, leadingLevels, levelOf, type Share, unitsOf } from "./share.ts"

export function emitContraction(e: Emitter, loop: MapLoop, c: Contraction, tile: Tile, scratch: number): number {
  const { a, b, m, n, k } = c
  const size = blockingOf(c, tile)
  const [first] = k
  const result = input(loop.inputs.length, "f32", loop.shape)
  const [sizeM, sizeN] = [sizeOfAxes(m), sizeOfAxes(n)]
  const stride = m.at(-1)?.out ?? 0
  const outer = c.outer.map((x) => x.index)
  const batches = leadingLevels(outer)
  const cut = cutOf(c, tile)
  const levels =
    unitsOf(batches) >= enoughUnits || cut.count < 2
      ? batches
      : [...batches, { index: undefined, unit: cut.unit, count: cut.count }]
  const share = claim(e, levels)

  const packedB = keepI32(e, e.root, [get(scratch), get(e.part), i32Const(scratchOf(c, tile)), mul, add])
  const packedA = keepI32(e, e.root, [packedB, i32Const(size.k * size.n * 4), add])
  const edge = keepI32(e, e.root, [packedA, i32Const(size.k * size.m * 4), add])
  const product = e.imported("panels", { params: new Array<typeof i32>(9).fill(i32), results: [] })

  const batch = (at: Nest, _: number, left: Share | undefined): void => {
    const start = { base: 0, terms: new Map<Scalar, number>(c.outer.map((x) => [x.index, x.out])) }
    const { code, offset } = addressOf(e, start, result, at)
    const c0 = keepI32(e, at, [code, i32Const(offset), add])
    const mine = left === undefined ? undefined : elementsOf(e, at, left, cut.side === "n" ? sizeN : sizeM)
    const rangeOf = (side: Cut["side"], size: number): Range =>
      mine !== undefined && cut.side === side ? mine : [i32Const(0), i32Const(size)]
    const [rangeM, rangeN] = [rangeOf("m", sizeM), rangeOf("n", sizeN)]
    const all: Range = [i32Const(0), i32Const(first?.size ?? 1)]
    steps(e, at, all, first?.size ?? 1, size.outerK, (kAt, [kFrom, kTo]) => {
      const depth = keepI32(e, kAt, [kTo, kFrom, sub, i32Const(size.k / size.outerK), mul])
      steps(e, kAt, rangeN, sizeN, size.n, (nAt, [nFrom, nTo]) => {
        const columnsOf = n.map((x) => x.index)
        pack(e, nAt, { x: b, across: columnsOf, k, width: columns }, packedB, [nFrom, nTo], [kFrom, kTo])
        steps(e, nAt, rangeM, sizeM, size.m, (mAt, [mFrom, mTo]) => {
          const rowsOf = m.map((x) => x.index)
          pack(e, mAt, { x: a, across: rowsOf, k, width: tile.rows }, packedA, [mFrom, mTo], [kFrom, kTo])
          const corner: Code = [c0, mFrom, i32Const(stride * 4), mul, add, nFrom, i32Const(4), mul, add]
          const sizes: Code = [mTo, mFrom, sub, nTo, nFrom, sub, depth]
          mAt.code.push(packedA, packedB, corner, i32Const(stride * 4), sizes, kFrom, edge, call(product))
        })
      })
    })
    epilogue(e, loop, c, cut, at, left, mine)
  }
  nest(e, outer, undefined, e.root, batch, share)
  return unitsOf(levels)
}

function elementsOf(e: Emitter, b: Nest, { levels, from, to }: Share, size: number): Range {
  const unit = i32Const(levels[0]?.unit ?? 1)
  return [keepI32(e, b, [from, unit, mul]), keepI32(e, b, lesser([to, unit, mul], i32Const(size)))]
}

/** What surrounds the sums, over those of one batch that this part has computed. */
function epilogue(
  e: Emitter,
  loop: MapLoop,
  c: Contraction,
  { side, unit }: Cut,
  at: Nest,
  left: Share | undefined,
  mine: Range | undefined,
): void {
  if (c.epilogue === undefined) return
  const { shape, indices } = loop
  const result = input(loop.inputs.length, "f32", shape)
  const there = load(result, indices)
  const body = rewrite(c.epilogue, (x) => (x === c.sum ? there : x))
  const [rows, across] = [c.m.map((x) => x.index), c.n.map((x) => x.index)]
  const lanes = lanesFor(across, [body], false)
  const inner = across.at(-1)!
  const isCutInLanes = mine !== undefined && side === "n" && across.length === 1
  const capped = lanes && isCutInLanes ? { ...lanes, wide: Math.min(lanes.wide, unit / 4) } : lanes
  const shareOf = (): Share | undefined => {
    if (left === undefined || mine === undefined) return undefined
    const [from, to] = mine
    if (side === "m") return { levels: rows.map((v) => levelOf(v)), from, to, home: at }
    if (isCutInLanes) return { ...left, levels: [levelOf(inner, unit)] }
    const runs = (x: Code): Code => keepI32(e, at, [x, i32Const(inner.size), divU])
    return { levels: across.slice(0, -1).map((v) => levelOf(v)), from: runs(from), to: runs(to), home: at }
  }
  const inside = (b: Nest, wide: number): void => {
    const values = wide > 0 ? e.vectors(body, b, wide) : [e.scalar(body, b)]
    b.code.push(store(e, values, flat(shape, indices), result, b, wide > 0))
  }
  nest(e, [...rows, ...across], capped, at, inside, shareOf())
}

/** `inside` for each range of at most `step` out of `range` of `size`; without a loop where there can be but one. */
function steps(
  e: Emitter,
  b: Nest,
  range: Range,
  size: number,
  step: number,
  inside: (b: Nest, range: Range) => void,
): void {
  if (size <= step) {
    inside(b, range)
    return
  }
  const local = e.local(i32)
  const inner = block(b)
  const to = keepI32(e, inner, lesser([get(local), i32Const(step), add], range[1]))
  inside(inner, [get(local), to])
  b.code.push(counted(local, range[0], range[1], step, inner.code))
}
