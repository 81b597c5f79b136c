/** The batched form of a Loop: one more output index, which the reads of batched operands take first. */

import { internal } from "../../../errors.ts"
import { derivedOnce, flagKey } from "../../tables.ts"
import { input, type Loop, mapLoop, outputIndices, prefixLoop, scatterLoop, viewLoop } from "../loop.ts"
import { type Input, load, type Scalar, type Var, variable } from "../scalar.ts"
import { rewrite } from "../walk.ts"

const once = derivedOnce<Loop, Loop>()

/** Inputs with `batched[k]` gain a leading axis of `size`, and so does every result. */
export function batchLoop(loop: Loop, batched: readonly boolean[], size: number): Loop {
  return once(loop, `${size} ${flagKey(batched)}`, () => derive(loop, batched, size))
}

function derive(loop: Loop, batched: readonly boolean[], size: number): Loop {
  const inputs = loop.inputs.map((x) => (batched[x.slot] === true ? input(x.slot, x.dtype, [size, ...x.shape]) : x))
  const shape = [size, ...loop.shape]
  const batch = variable("i0", size)
  /** Reads take the batch index first where their operand has one; the old indices become the given ones. */
  const widen = (n: Scalar, b: Var, from: readonly Var[], to: readonly Var[]): Scalar =>
    rewrite(n, (m) => {
      if (m.op === "var") return to[from.indexOf(m)] ?? m
      if (m.op !== "load") return m
      const now: Input | undefined = inputs[m.from.slot]
      // By slot, never by identity: an interned load keeps the input object of whoever made it first.
      return now === undefined || batched[m.from.slot] !== true ? m : load(now, [b, ...m.at], m.outside)
    })
  const widenOutput = (n: Scalar): Scalar => widen(n, batch, loop.indices, outputIndices(shape).slice(1))
  switch (loop.form) {
    case "map":
      return mapLoop(inputs, shape, () => loop.bodies.map(widenOutput))
    case "prefix":
      return prefixLoop(inputs, shape, { ...loop, axis: loop.axis + 1 }, () => widenOutput(loop.body))
    case "scatter": {
      const over = [size, ...loop.over.map((v) => v.size)]
      return scatterLoop(
        inputs,
        shape,
        over,
        () => widenOutput(loop.init),
        (b, ...r) => {
          if (b === undefined) throw internal("a scatter over nothing")
          const move = (n: Scalar): Scalar => widen(n, b, loop.over, r)
          return { at: [b, ...loop.at.map(move)], value: move(loop.value) }
        },
      )
    }
    case "view": {
      const [x] = inputs
      if (x === undefined) throw internal("a view of nothing")
      return viewLoop(x, shape)
    }
    case "routine":
      throw internal(`the batch rule of the routine ${loop.routine.name} cannot be derived; write it`)
  }
}
