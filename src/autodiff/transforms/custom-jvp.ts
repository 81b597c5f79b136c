/** A derivative given by hand, for forward mode and, by transposition, for reverse mode. */
import { functionArgument, typed } from "../boundary.ts"
import { CotangentError, internal, ShapeError } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { batchProgram, batchValues, repeat } from "../interpreters/batch.ts"
import { orZeros } from "../interpreters/zeros.ts"
import type { Dual, Maybe, ProgramOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { showType } from "../program/type.ts"
import type { CustomJvp } from "../signatures/transforms.ts"
import { expectSameStructure, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { settled } from "./arguments.ts"
import { callOperation } from "./call.ts"
import { subProgram } from "./sub-programs.ts"

/** The rule over leaves: results and their tangents. */
type Rule = (
  primals: readonly Value[],
  tangents: readonly Value[],
) => readonly [outputs: readonly Value[], tangents: readonly Value[]]

/**
 * A function with a derivative of your own: `rule(primals, tangents)` gives `[out, tangentOut]`, and tangentOut must be
 * linear in the tangents. Reverse mode transposes it. What the function closes over is constant to its derivative.
 *
 * @throws ShapeError where the tangent does not have the result's structure and types.
 * @example
 * ```ts
 * import { add, customJvp, exp, grad, log, mul, type Scalar, sigmoid } from "cotangent"
 * const f = (x: Scalar): Scalar => log(add(1, exp(x)))
 * const log1pExp = customJvp(f, ([x], [dx]) => [f(x), mul(sigmoid(x), dx)])
 * console.log(await grad(log1pExp)(100).item())
 * ```
 */
export const customJvp: CustomJvp = typed((f: unknown, rule: unknown) => {
  const [call, derive] = [functionArgument("customJvp", f), functionArgument("customJvp", rule)]
  return (...args: readonly unknown[]) => {
    const flat = settled(flatten(args, "arguments"))
    const made = subProgram(
      "customJvp",
      flat.leaves.map((x) => x.type),
      (leaves) => {
        const built = flat.build(leaves)
        return Array.isArray(built) ? call(...built) : call(built)
      },
    )
    const captured = made.captured.length
    const ruleOf: Rule = (primals, tangents) => {
      const result = derive(flat.build(primals.slice(captured)), flat.build(tangents.slice(captured)))
      if (!Array.isArray(result) || result.length !== 2)
        throw new CotangentError("custom-rule", "customJvp: the rule must return [out, tangentOut]")
      const [out, tangent] = [flatten(result[0], "out"), flatten(result[1], "tangentOut")]
      expectSameStructure("customJvp", made.result, out, ["the function's result", "the rule's out"])
      expectSameStructure("customJvp", out, tangent, ["out", "tangentOut"])
      out.leaves.forEach((x, k) => {
        const t = tangent.leaves[k]
        if (t !== undefined && t.type !== x.type)
          throw new ShapeError(
            "custom-rule",
            `customJvp: ${tangent.paths[k]} is ${showType(t.type)}, but it belongs to ${showType(x.type)}`,
          )
      })
      return [out.leaves, tangent.leaves]
    }
    return made.result.build(bind(customJvpOperation(made.program, ruleOf), [...made.captured, ...flat.leaves]))
  }
})

let nextRule = 0
function customJvpOperation(program: Program, rule: Rule): ProgramOperation {
  const apply = (primals: readonly Value[], tangents: readonly Maybe[]): Dual => {
    const [outputs, out] = rule(
      primals,
      primals.map((x, k) => orZeros(tangents[k], x.type)),
    )
    return { outputs, tangents: out }
  }
  return {
    ...callOperation(program, "customJvp"),
    // Two rules cannot be compared, so every one is its own operation.
    key: `customJvp ${program.id} ${nextRule++}`,
    jvp: apply,
    // Run where tangents are recorded: what the rule does to primals alone is done at once, the rest is written down.
    linearize: (primals, tangents, linear) => linear(() => apply(primals, tangents)),
    batch: (values, batched, axis) => {
      const made = batchProgram(
        program,
        batched,
        axis,
        program.outputs.map(() => true),
      )
      const batchedRule: Rule = (primals, tangents) => {
        const all = batchValues(
          (...xs) => {
            const [out, t] = rule(xs.slice(0, primals.length), xs.slice(primals.length))
            return [...out, ...t]
          },
          [...primals, ...tangents],
          [...batched, ...batched],
          axis,
        )
        const whole = all.values.map((x, k) => (all.batched[k] === true ? x : repeat(x, axis.size)))
        return [whole.slice(0, program.outputs.length), whole.slice(program.outputs.length)]
      }
      return { values: bind(customJvpOperation(made.program, batchedRule), values), batched: made.batched }
    },
    transpose: () => {
      throw internal("a transposed customJvp")
    },
  }
}
