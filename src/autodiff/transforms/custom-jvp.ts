/** A derivative given by hand, for forward mode and, by transposition, for reverse mode. */
import { type AnyFunction, functionArgument, typed } from "../boundary.ts"
import { CotangentError, internal, ShapeError } from "../errors.ts"
import { bind, currentInterpreter } from "../interpreter.ts"
import { batchProgram, batchValues, repeat } from "../interpreters/batch.ts"
import { evaluate } from "../interpreters/evaluate.ts"
import { applyLinear, linearizeValues } from "../interpreters/linearize.ts"
import { evalProgram, trace } from "../interpreters/trace.ts"
import { orZeros, zeros } from "../interpreters/zeros.ts"
import type { Dual, Maybe, ProgramOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { showType } from "../program/type.ts"
import type { CustomJvp } from "../signatures/transforms.ts"
import { expectSameStructure, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { callOn, resultOf, settled } from "./arguments.ts"
import { callOperation } from "./call.ts"
import { ruleGuard, subProgram, withInputs } from "./sub-programs.ts"

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
export const customJvp: CustomJvp = typed((f: unknown, given: unknown) =>
  withJvp("customJvp", functionArgument("customJvp", f), functionArgument("customJvp", given)),
)

/** The same for any function that takes a rule; `op` is how messages call it. */
export function withJvp(op: string, call: AnyFunction, derive: AnyFunction): AnyFunction {
  const guarded = ruleGuard()
  return (...args: readonly unknown[]) => {
    const flat = settled(flatten(args, "arguments"))
    // Nothing around it asks for a derivative, so the rule has no say.
    if (currentInterpreter() === evaluate) return resultOf(op, call, flat)
    const types = flat.leaves.map((x) => x.type)
    const made = subProgram(op, types, (leaves) => callOn(call, flat, leaves))
    const captured = made.captured.length
    const ruleOn: Rule = (primals, tangents) => {
      const result = derive(flat.build(primals), flat.build(tangents))
      if (!Array.isArray(result) || result.length !== 2)
        throw new CotangentError("custom-rule", `${op}: the rule must return [out, tangentOut]`)
      const [out, tangent] = [flatten(result[0], "out"), flatten(result[1], "tangentOut")]
      expectSameStructure(op, made.result, out, ["the function's result", "the rule's out"])
      expectSameStructure(op, out, tangent, ["out", "tangentOut"])
      out.leaves.forEach((x, k) => {
        const t = tangent.leaves[k]
        if (t !== undefined && t.type !== x.type)
          throw new ShapeError(
            "custom-rule",
            `${op}: ${tangent.paths[k]} is ${showType(t.type)}, but it belongs to ${showType(x.type)}`,
          )
      })
      return [out.leaves, tangent.leaves]
    }
    const n = types.length
    const traced = guarded(() =>
      trace("rule", [...types, ...types], (...xs) => ruleOn(xs.slice(0, n), xs.slice(n)).flat()),
    )
    const extra = traced?.captured ?? []
    const rule: Rule = (primals, tangents) => {
      const moving = tangents.slice(captured + extra.length)
      if (traced === undefined) return ruleOn(primals.slice(captured), moving)
      const all = evalProgram(traced.program, [...primals.slice(captured), ...moving])
      return [all.slice(0, made.result.leaves.length), all.slice(made.result.leaves.length)]
    }
    const program = withInputs(
      made.program,
      captured,
      extra.map((x) => x.type),
    )
    const key = traced === undefined ? `untraced ${nextRule++}` : `${traced.program.id}`
    return made.result.build(
      bind(customJvpOperation(op, program, rule, key), [...made.captured, ...extra, ...flat.leaves]),
    )
  }
}

let nextRule = 0
function customJvpOperation(op: string, program: Program, rule: Rule, ruleKey: string): ProgramOperation {
  const apply = (primals: readonly Value[], tangents: readonly Maybe[]): Dual => {
    const [outputs, out] = rule(
      primals,
      primals.map((x, k) => orZeros(tangents[k], x.type)),
    )
    return { outputs, tangents: out }
  }
  return {
    ...callOperation(program, op),
    // Rules that were not traced cannot be compared, so every one is its own operation.
    key: `${op} ${program.id} ${ruleKey}`,
    jvp: apply,
    // The rule is linear in its tangents, so it is its own derivative by them, at zero. Run as it is where tangents are
    // recorded, a jit or scan inside it would be written down whole, its primal half too.
    linearize: (primals, tangents, linear) => {
      const active = tangents.map((t) => t !== undefined)
      const still = primals.map((x) => zeros(x.type))
      const made = linearizeValues((...ts) => rule(primals, ts).flat(), still, active)
      const outputs = made.outputs.slice(0, program.outputs.length)
      return { outputs, tangents: linear(() => applyLinear(made, tangents)).slice(outputs.length) }
    },
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
      const key = `${ruleKey} batch ${axis.size} ${axis.name ?? ""} ${batched.map(Number).join("")}`
      return { values: bind(customJvpOperation(op, made.program, batchedRule, key), values), batched: made.batched }
    },
    transpose: () => {
      throw internal(`a transposed ${op}`)
    },
  }
}
