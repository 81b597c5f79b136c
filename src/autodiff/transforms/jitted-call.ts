/** The call that `jit` would make of a function and arguments: what `explain` shows and `profile` times. */
import type { AnyFunction } from "../boundary.ts"
import { engineNow } from "../current-engine.ts"
import type { Engine } from "../engine.ts"
import { trace } from "../interpreters/trace.ts"
import type { Program } from "../program/program.ts"
import { ConcreteTensor } from "../tensor.ts"
import { flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { overLeaves, settled } from "./arguments.ts"
import { liftWeak } from "./jit.ts"

export interface JittedCall {
  readonly program: Program
  /** What the function closes over, then the leaves of the arguments. */
  readonly operands: readonly Value[]
  /** The one on which the call would run. */
  readonly engine: Engine
}

export function jittedCall(op: string, name: string, f: AnyFunction, args: readonly unknown[]): JittedCall {
  const flat = flatten(args, "arguments", { lift: liftWeak })
  const over = overLeaves(op, f, flat)
  const { program, captured } = trace(
    name === "" ? "f" : name,
    flat.leaves.map((x) => x.type),
    (...leaves) => {
      over.run(...leaves)
      return settled(over.result()).leaves
    },
  )
  const operands = [...captured, ...flat.leaves]
  const deciding = operands.find((x) => x instanceof ConcreteTensor && x.literal === undefined)
  return { program, operands, engine: deciding instanceof ConcreteTensor ? deciding.engine : engineNow() }
}
