/** Folds as loops over their index: in the lanes of an output index, or in lanes of their own. */
import { combine, combineVars } from "../../../autodiff/program/loop/combine.ts"
import { isPaired, unitOf } from "../../../autodiff/program/loop/monoid.ts"
import type { Binary, Fold, Scalar, Var } from "../../../autodiff/program/loop/scalar.ts"
import { block } from "../../compile/place.ts"
import { and, type Code, counted, eqz, get, i32, i32Const, select, set, v128, when } from "../encode.ts"
import { binaryOp, compareOp, lanes, localType } from "../instructions.ts"
import { constantCode, constantLanes, type Emitter, type Held, held, indexOver, keep, type Nest } from "./emitter.ts"
import { vectorises, weight } from "./vectorise.ts"

const operations = { sum: "add", prod: "mul", max: "max", min: "min", and: "and", or: "or" } as const

/**
 * Runs a fold at the end of block `b` and gives the locals of its part: one, or `wide` of them when it is folded in the
 * lanes of an index outside.
 */
export function foldInto(e: Emitter, n: Fold, b: Nest, wide: number): readonly number[] {
  const key = `fold ${n.monoid} ${n.index.size} ${wide} ${n.bodies.map((x) => x.id).join()}`
  const parts = n.bodies.map((_, p) => b.memo.get(`${key} ${p}`)?.locals)
  const known = parts[n.part]
  if (known !== undefined) return known
  const made = wide > 0 ? foldLanes(e, n, b, wide) : foldScalar(e, n, b)
  for (const [p, locals] of made.entries()) b.memo.set(`${key} ${p}`, { locals, wide, index: false })
  return made[n.part]!
}

type Accumulators = readonly (readonly number[])[]

/** One accumulator for each part and vector, holding the unit. */
function accumulators(e: Emitter, n: Fold, b: Nest, wide: number): Accumulators {
  const units = unitOf(
    n.monoid,
    n.bodies.map((x) => x.dtype),
  )
  return n.bodies.map((x, p) =>
    Array.from({ length: Math.max(1, wide) }, () =>
      wide > 0
        ? keep(e, b, v128, constantLanes(e, x.dtype, units[p]!))
        : keep(e, b, localType(x.dtype), constantCode(x.dtype, units[p]!)),
    ),
  )
}

function foldLanes(e: Emitter, n: Fold, b: Nest, wide: number): Accumulators {
  const acc = accumulators(e, n, b, wide)
  if (n.index.size > 0) passes(e, n, acc, b, [{ from: 0, to: n.index.size, step: 1, count: wide, bind: held }])
  return acc
}

function foldScalar(e: Emitter, n: Fold, b: Nest): Accumulators {
  const acc = accumulators(e, n, b, 0)
  const { index, bodies } = n
  const across = index.size >= 8 && bodies.every((x) => vectorises(x, index))
  const from = across ? foldAcross(e, n, acc, b) : 0
  if (from < index.size) {
    const k = e.local(i32)
    const inner = block(b, [[index, held(k)]])
    accumulate(
      e,
      n,
      acc,
      bodies.map((x) => [e.scalar(x, inner)]),
      inner,
      false,
    )
    b.code.push(counted(k, i32Const(from), i32Const(index.size), 1, inner.code))
  }
  return acc
}

/** Folds all whole vectors of the index and adds them to `acc`; gives how far it came. */
function foldAcross(e: Emitter, n: Fold, acc: Accumulators, b: Nest): number {
  const { index, bodies } = n
  // Several accumulators hide the latency of the operation; a heavy body hides it by itself.
  const wide =
    index.size < 32 ? 1 : bodies.length > 1 ? 2 : weight(bodies, index) > 24 ? 1 : weight(bodies, index) > 10 ? 2 : 4
  const sums = accumulators(e, n, b, wide)
  const runs: Pass[] = []
  let from = 0
  for (const count of new Set([wide, 1])) {
    const step = 4 * count
    const to = index.size - ((index.size - from) % step)
    if (to > from) runs.push({ from, to, step, count, bind: (k) => indexOver(k, count) })
    from = to
  }
  passes(e, n, sums, b, runs)
  const first = sums.map((s) => [s[0]!])
  for (let u = 1; u < wide; u++)
    accumulate(
      e,
      n,
      first,
      sums.map((s) => [get(s[u]!)]),
      b,
      true,
    )
  for (let lane = 0; lane < 4; lane++) {
    const values = bodies.map(
      (x, p): Code => [get(sums[p]![0]!), lanes.extract(x.dtype, lane), x.dtype === "bool" ? [i32Const(1), and] : []],
    )
    accumulate(
      e,
      n,
      acc,
      values.map((v) => [v]),
      b,
      false,
    )
  }
  return from
}

/** A loop over part of the index, for so many vectors at a time. */
interface Pass {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly count: number
  readonly bind: (k: number) => Held
}
type Step = (next: readonly (readonly Code[])[], b: Nest) => void

function passes(e: Emitter, n: Fold, sums: Accumulators, b: Nest, runs: readonly Pass[]): void {
  const run = (into: Nest, step: Step): void => {
    for (const { from, to, step: by, count, bind } of runs) {
      const k = e.local(i32)
      const inner = block(into, [[n.index, bind(k)]])
      step(
        n.bodies.map((x) => e.vectors(x, inner, count)),
        inner,
      )
      into.code.push(counted(k, i32Const(from), i32Const(to), by, inner.code))
    }
  }
  const exact: Step = (next, inner) => accumulate(e, n, sums, next, inner, true)
  if (n.dtype === "f32" && (n.monoid === "max" || n.monoid === "min")) quickly(e, n, sums, b, run, exact)
  else run(b, exact)
}

/**
 * Max and min of floats, which take eight instructions with NaN and the sign of zero seen to and one without. So they are
 * first found without; where a NaN came by, or the result is a zero, they are found again.
 */
function quickly(
  e: Emitter,
  n: Fold,
  sums: Accumulators,
  b: Nest,
  run: (into: Nest, step: Step) => void,
  exact: Step,
): void {
  const [best = []] = sums
  const strange = keep(e, b, v128, constantLanes(e, "i32", 0))
  run(b, ([next = []], inner) => {
    next.forEach((value, u) => {
      const x = get(keep(e, inner, v128, value))
      inner.code.push([get(best[u]!), x, n.monoid === "max" ? lanes.pmax : lanes.pmin, set(best[u]!)])
      inner.code.push([get(strange), x, x, compareOp("ne", "f32", true), lanes.or, set(strange)])
    })
  })
  const again = block(b)
  const unit = unitOf(n.monoid, ["f32"])[0]!
  for (const local of best) again.code.push([constantLanes(e, "f32", unit), set(local)])
  run(again, exact)
  const zero = constantLanes(e, "f32", 0)
  const zeros = best.map((local): Code => [get(local), zero, compareOp("eq", "f32", true), lanes.or])
  b.code.push(when([get(strange), zeros, lanes.anyTrue], again.code))
}

/** One step of the fold at the end of block `b`, for as many vectors as `next` has (a prefix of the accumulators). */
export function accumulate(
  e: Emitter,
  n: { readonly monoid: Fold["monoid"]; readonly bodies: readonly Scalar[] },
  acc: Accumulators,
  next: readonly (readonly Code[])[],
  b: Nest,
  inLanes: boolean,
): void {
  const { monoid, bodies } = n
  if (!isPaired(monoid)) {
    const dtype = bodies[0]!.dtype
    const fn: Binary = operations[monoid]
    next[0]!.forEach((value, u) => {
      const local = acc[0]![u]!
      b.code.push(combineOne(e, fn, dtype, local, value, b, inLanes), set(local))
    })
    return
  }
  const [have, got] = combineVars(monoid, bodies)
  const made = combine(monoid, have, got)
  const values = next.map((codes, p) => codes.map((c) => keep(e, b, inLanes ? v128 : localType(bodies[p]!.dtype), c)))
  next[0]!.forEach((_, u) => {
    const bind = (v: Var, local: number): readonly [Var, Held] => [
      v,
      { locals: [local], wide: inLanes ? 1 : 0, index: false },
    ]
    const inner = block(b, [...have.map((v, p) => bind(v, acc[p]![u]!)), ...got.map((v, p) => bind(v, values[p]![u]!))])
    const results = made.map((x) => (inLanes ? e.heldVectors(x, inner, 1)[0]! : e.heldScalar(x, inner)))
    b.code.push(
      inner.code,
      results.map((r, p): Code => [r, set(acc[p]![u]!)]),
    )
  })
}

function combineOne(
  e: Emitter,
  fn: Binary,
  dtype: Fold["dtype"],
  acc: number,
  value: Code,
  b: Nest,
  inLanes: boolean,
): Code {
  const op = binaryOp(fn, dtype, inLanes)
  if (op !== undefined) return [get(acc), value, op]
  // Integer max and min, one at a time.
  const x = get(keep(e, b, localType(dtype), value))
  return [get(acc), x, get(acc), x, compareOp("lt", dtype, false), fn === "max" ? eqz : [], select]
}
