/** Memory for time: a function whose intermediate values are computed again when its derivative needs them. */
import { functionArgument, typed } from "../boundary.ts"
import { internal } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { batchProgram } from "../interpreters/batch.ts"
import { linearizeProgram, linearizeValues } from "../interpreters/linearize.ts"
import { evalProgram, traceClosed } from "../interpreters/trace.ts"
import { knownValue, transposeLinear } from "../interpreters/transpose.ts"
import { orZeros } from "../interpreters/zeros.ts"
import type { ProgramOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import type { Rerun } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import { callOn, settled } from "./arguments.ts"
import { callOperation, jvpProgram, resultsOfProgram, spread } from "./call.ts"
import { subProgram } from "./sub-programs.ts"

/**
 * The same function, whose reverse mode keeps only the arguments and runs the function again on the way back.
 *
 * @example
 * ```ts
 * import { checkpoint, type F32, grad, sin, sum, tensor } from "cotangent"
 * const f = checkpoint((x: F32<[2]>) => sum(sin(sin(x))))
 * console.log(await grad(f)(tensor([1, 2])).array())
 * ```
 */
export const checkpoint: Rerun<"checkpoint"> = typed((f: unknown) => {
  const call = functionArgument("checkpoint", f)
  return (...args: readonly unknown[]) => {
    const flat = settled(flatten(args, "arguments"))
    const made = subProgram(
      "checkpoint",
      flat.leaves.map((x) => x.type),
      (leaves) => callOn(call, flat, leaves),
    )
    return made.result.build(bind(checkpointOperation(made.program), [...made.captured, ...flat.leaves]))
  }
})

function checkpointOperation(program: Program): ProgramOperation {
  const plain = callOperation(program, "checkpoint")
  return {
    ...plain,
    key: `checkpoint ${program.id}`,
    jvp: (primals, tangents) => {
      const active = tangents.map((t) => t !== undefined)
      const { program: dual, activeOutputs } = jvpProgram(program, active)
      const made = bind(checkpointOperation(dual), [...primals, ...tangents.filter((t) => t !== undefined)])
      return {
        outputs: made.slice(0, program.outputs.length),
        tangents: spread(made.slice(program.outputs.length), activeOutputs),
      }
    },
    // No residual but the primals themselves: the linear part holds the whole function and runs it when it is needed.
    linearize: (primals, tangents, linear) => {
      const outputs = bind(plain, primals)
      const active = tangents.map((t) => t !== undefined)
      const { activeOutputs } = linearizeProgram(program, active)
      const out = linear(() => bind(rerun(program, active), [...primals, ...tangents.filter((t) => t !== undefined)]))
      return { outputs, tangents: spread(out, activeOutputs) }
    },
    batch: (values, batched, axis) => {
      const made = batchProgram(program, batched, axis)
      return { values: bind(checkpointOperation(made.program), values), batched: made.batched }
    },
  }
}

/** (primals, tangents) -> tangents of the results: linear in the tangents, the primals given. */
function rerun(program: Program, active: readonly boolean[]): ProgramOperation {
  // Not its jvp, which a customVjp inside has none of.
  const split = linearizeProgram(program, active)
  const types = program.inputs.map((v) => v.type)
  const inputs = [...types, ...types.filter((_, k) => active[k] === true)]
  const tangentsOnly = traceClosed(`rerun(${program.name})`, inputs, (...xs) => {
    const residuals = evalProgram(split.primal, xs.slice(0, types.length)).slice(program.outputs.length)
    return evalProgram(split.linear, [...residuals, ...xs.slice(types.length)])
  })
  const plain = callOperation(tangentsOnly, "rerun")
  return {
    ...plain,
    key: `rerun ${program.id} ${active.map(Number).join("")}`,
    results: resultsOfProgram(tangentsOnly),
    transpose: (cotangents, operands) => {
      const primals = operands.slice(0, program.inputs.length).map((x) => knownValue(x, "checkpoint"))
      const outTypes = tangentsOnly.outputs.map((a) => a.type)
      const given = outTypes.map((t, k) => orZeros(cotangents[k], t))
      const activeTypes = program.inputs.flatMap((v, k) => (active[k] === true ? [v.type] : []))
      const back = traceClosed(`backward(${program.name})`, [...types, ...outTypes], (...xs) => {
        const made = linearizeValues(
          (...ys) => evalProgram(program, ys),
          xs.slice(0, primals.length),
          active,
          program.name,
        )
        let next = primals.length
        const cts = made.outputs.map((_, k) => (split.activeOutputs[k] === true ? xs[next++] : undefined))
        const found = transposeLinear(made.equations, made.inputs, made.tangents, cts)
        return activeTypes.map((t, k) => orZeros(found.filter((_, j) => active[j] === true)[k], t))
      })
      const out = bind(callOperation(back, "backward"), [...primals, ...given])
      return [...primals.map(() => undefined), ...activeTypes.map((_, k) => out[k] ?? missing())]
    },
  }
}
const missing = (): never => {
  throw internal("checkpoint lacks a cotangent")
}
