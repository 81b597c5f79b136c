/** A Loop by its definition: every expression evaluated anew as a tree, nothing remembered, nothing hoisted. */
import { allocate, type Numbers } from "../../src/autodiff/dtype.ts"
import { combine, combineVars } from "../../src/autodiff/program/loop/combine.ts"
import { type Loop, resultsOf, sizeOf } from "../../src/autodiff/program/loop/loop.ts"
import { unitOf } from "../../src/autodiff/program/loop/monoid.ts"
import type { Scalar, Var } from "../../src/autodiff/program/loop/scalar.ts"
import { binaryOf, bitcastOf, castOf, compareOf, unaryOf } from "../../src/backend/compile/arithmetic.ts"

type Scope = ReadonlyMap<Var, number>

export function naive(loop: Loop, inputs: readonly Numbers[]): readonly Numbers[] {
  const value = (n: Scalar, s: Scope): number => {
    switch (n.op) {
      case "const":
        return n.value
      case "var": {
        const x = s.get(n)
        if (x === undefined) throw new Error(`${n.name} is unbound`)
        return x
      }
      case "load": {
        const at = n.at.map((x) => value(x, s))
        const place = offset(n.from.shape, at)
        return place === undefined ? n.outside : (inputs[n.from.slot]?.[place] ?? Number.NaN)
      }
      case "unary":
        return unaryOf(n.fn, n.dtype)(value(n.a, s))
      case "binary":
        return binaryOf(n.fn, n.dtype)(value(n.a, s), value(n.b, s))
      case "compare":
        return compareOf(n.fn)(value(n.a, s), value(n.b, s))
      case "select":
        return value(n.test, s) !== 0 ? value(n.a, s) : value(n.b, s)
      case "cast":
        return castOf(n.dtype, n.a.dtype)(value(n.a, s))
      case "bitcast":
        return bitcastOf(n.dtype, n.a.dtype)(value(n.a, s))
      case "fold": {
        let acc = unitOf(
          n.monoid,
          n.bodies.map((b) => b.dtype),
        )
        const [a, b] = combineVars(n.monoid, n.bodies)
        for (let k = 0; k < n.index.size; k++) {
          const inner = new Map([...s, [n.index, k]])
          const next = n.bodies.map((x) => value(x, inner))
          const both = new Map([
            ...a.map((v, p) => [v, acc[p] ?? 0] as const),
            ...b.map((v, p) => [v, next[p] ?? 0] as const),
          ])
          acc = combine(n.monoid, a, b).map((x) => value(x, both))
        }
        return acc[n.part] ?? Number.NaN
      }
    }
  }
  const types = resultsOf(loop)
  const outs = types.map((t) => allocate(t.dtype, sizeOf(t.shape)))
  const [out] = outs
  if (out === undefined) throw new Error("no result")
  const scope = (vars: readonly Var[], at: readonly number[]): Scope => new Map(vars.map((v, d) => [v, at[d] ?? 0]))
  switch (loop.form) {
    case "view":
      return inputs
    case "routine":
      return loop.routine.run(inputs, loop.inputs)
    case "map":
      each(loop.shape, (at, p) => {
        loop.bodies.forEach((b, k) => {
          const to = outs[k]
          if (to !== undefined) to[p] = value(b, scope(loop.indices, at))
        })
      })
      return outs
    case "prefix": {
      const n = loop.shape[loop.axis] ?? 0
      const [a, b] = combineVars(loop.monoid, [loop.body])
      const [step] = combine(loop.monoid, a, b)
      const [va, vb] = [a[0], b[0]]
      if (step === undefined || va === undefined || vb === undefined) throw new Error("no step")
      each(loop.shape, (at, p) => {
        let [acc] = unitOf(loop.monoid, [loop.body.dtype])
        const here = at[loop.axis] ?? 0
        for (let k = loop.reverse ? n - 1 : 0; loop.reverse ? k >= here : k <= here; k += loop.reverse ? -1 : 1) {
          const moved = at.map((x, d) => (d === loop.axis ? k : x))
          acc = value(
            step,
            new Map([
              [va, acc ?? 0],
              [vb, value(loop.body, scope(loop.indices, moved))],
            ]),
          )
        }
        out[p] = acc ?? 0
      })
      return outs
    }
    case "scatter": {
      const add = binaryOf("add", loop.init.dtype)
      each(loop.shape, (at, p) => {
        out[p] = value(loop.init, scope(loop.indices, at))
      })
      each(
        loop.over.map((r) => r.size),
        (at) => {
          const s = scope(loop.over, at)
          const p = offset(
            loop.shape,
            loop.at.map((x) => value(x, s)),
          )
          if (p !== undefined) out[p] = add(out[p] ?? 0, value(loop.value, s))
        },
      )
      return outs
    }
  }
}
function offset(shape: readonly number[], at: readonly number[]): number | undefined {
  let p = 0
  for (let d = 0; d < shape.length; d++) {
    const [x, size] = [at[d] ?? 0, shape[d] ?? 0]
    if (x < 0 || x >= size) return undefined
    p = p * size + x
  }
  return p
}
function each(shape: readonly number[], visit: (at: readonly number[], position: number) => void): void {
  for (let p = 0; p < sizeOf(shape); p++) {
    const at: number[] = []
    let rest = p
    for (const size of shape.toReversed()) {
      at.unshift(rest % size)
      rest = Math.floor(rest / size)
    }
    visit(at, p)
  }
}
