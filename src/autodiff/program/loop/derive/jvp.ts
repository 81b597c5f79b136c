/** The jvp of a Loop, derived from its meaning: a Loop of primals, primal results and tangents. */

import { isFloat } from "../../../dtype.ts"
import { internal } from "../../../errors.ts"
import { derivedOnce, flagKey } from "../../tables.ts"
import { input, type Loop, mapLoop, outputIndices, prefixLoop, resultsOf, scatterLoop, viewLoop } from "../loop.ts"
import { constant, type Input, type Load, load, type Scalar } from "../scalar.ts"
import { rewrite } from "../walk.ts"
import { differentiate } from "./differentiate.ts"
import { prune } from "./inputs.ts"

/** Where an input of a derived Loop comes from. */
export type Source =
  | { readonly of: "primal"; readonly index: number }
  | { readonly of: "output"; readonly index: number }
  | { readonly of: "tangent"; readonly index: number }

export interface LoopJvp {
  readonly loop: Loop
  readonly sources: readonly Source[]
  /** Which results of the original have a tangent, in the order of the derived Loop's results. */
  readonly results: readonly number[]
}

const once = derivedOnce<Loop, LoopJvp | undefined>()

/** `active[k]`: operand k has a tangent. Undefined where every result's tangent is zero. */
export function jvpLoop(loop: Loop, active: readonly boolean[]): LoopJvp | undefined {
  return once(loop, flagKey(active), () => derive(loop, active))
}

function derive(loop: Loop, active: readonly boolean[]): LoopJvp | undefined {
  const outputs = resultsOf(loop)
  const sources: Source[] = []
  const inputs: Input[] = []
  const add = (source: Source, type: { readonly dtype: Input["dtype"]; readonly shape: readonly number[] }): Input => {
    const made = input(inputs.length, type.dtype, type.shape)
    inputs.push(made)
    sources.push(source)
    return made
  }
  for (const x of loop.inputs) add({ of: "primal", index: x.slot }, x)
  const results = outputs.map((t, r) => add({ of: "output", index: r }, t))
  const tangents = new Map<number, Input>()
  for (const x of loop.inputs)
    if (active[x.slot] === true && isFloat(x.dtype)) tangents.set(x.slot, add({ of: "tangent", index: x.slot }, x))
  const tangentOf = (n: Load): Scalar | undefined => {
    const t = tangents.get(n.from.slot)
    return t && load(t, n.at)
  }
  const finish = (made: Loop, of: readonly number[]): LoopJvp => {
    const pruned = prune(made)
    return { loop: pruned.loop, sources: pruned.from.map((slot) => sourceAt(sources, slot)), results: of }
  }
  switch (loop.form) {
    case "map": {
      // exp's slope is its result: where the derivative repeats the result, it reads it instead of computing it again.
      const read = (r: number): Scalar => {
        const from = results[r]
        if (from === undefined) throw internal("a Loop with fewer results than bodies")
        return load(from, outputIndices(loop.shape))
      }
      const worth = loop.bodies.map((b) => b.op !== "load" && b.op !== "const" && b.op !== "var")
      const reuse = (n: Scalar): Scalar =>
        rewrite(n, (m) => {
          const r = loop.bodies.indexOf(m)
          return r >= 0 && worth[r] === true ? read(r) : m
        })
      const bodies = loop.bodies.map((b) => differentiate(b, tangentOf))
      const live = bodies.flatMap((b, r) => (b === undefined ? [] : [{ body: reuse(b), r }]))
      if (live.length === 0) return undefined
      return finish(
        mapLoop(inputs, loop.shape, () => live.map((x) => x.body)),
        live.map((x) => x.r),
      )
    }
    case "prefix": {
      if (loop.monoid !== "sum") throw internal(`the jvp of a running ${loop.monoid} cannot be derived; write it`)
      const body = differentiate(loop.body, tangentOf)
      return (
        body &&
        finish(
          prefixLoop(inputs, loop.shape, loop, () => body),
          [0],
        )
      )
    }
    case "scatter": {
      const init = differentiate(loop.init, tangentOf)
      const value = differentiate(loop.value, tangentOf)
      if (init === undefined && value === undefined) return undefined
      const zero = constant(0, loop.init.dtype)
      const over = loop.over.map((v) => v.size)
      if (value === undefined)
        return finish(
          mapLoop(inputs, loop.shape, () => init ?? zero),
          [0],
        )
      return finish(
        scatterLoop(
          inputs,
          loop.shape,
          over,
          () => init ?? zero,
          () => ({ at: loop.at, value }),
        ),
        [0],
      )
    }
    case "view": {
      const [t] = tangents.values()
      if (t === undefined) return undefined
      return {
        loop: viewLoop(input(0, t.dtype, t.shape), loop.shape),
        sources: [{ of: "tangent", index: 0 }],
        results: [0],
      }
    }
    case "routine":
      throw internal(`the jvp of the routine ${loop.routine.name} cannot be derived; write it`)
  }
}
function sourceAt(sources: readonly Source[], slot: number): Source {
  const found = sources[slot]
  if (found === undefined) throw internal(`no source for slot ${slot}`)
  return found
}
