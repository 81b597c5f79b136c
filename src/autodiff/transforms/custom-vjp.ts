/** A pullback given by hand, for reverse mode alone. */

import { type AnyFunction, functionArgument, typed } from "../boundary.ts"
import { CotangentError, internal, ShapeError } from "../errors.ts"
import { bind, bindOne, currentInterpreter } from "../interpreter.ts"
import { batchProgram, batchValues, repeat } from "../interpreters/batch.ts"
import { evaluate } from "../interpreters/evaluate.ts"
import { evalProgram, trace } from "../interpreters/trace.ts"
import { hasTangent, orZeros } from "../interpreters/zeros.ts"
import { checkOptions } from "../options.ts"
import { sum } from "../primitives/sum.ts"
import type { Maybe, OpaqueOperation, ProgramOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { showType, type TensorType } from "../program/type.ts"
import type { CustomVjp } from "../signatures/transforms.ts"
import { expectSameStructure, type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { callOn, resultOf, settled } from "./arguments.ts"
import { callOperation, spread } from "./call.ts"
import { ruleGuard, subProgram, withInputs } from "./sub-programs.ts"

interface Rule {
  readonly forward: (primals: readonly Value[]) => {
    readonly outputs: readonly Value[]
    readonly residuals: readonly Value[]
  }
  readonly backward: (residuals: readonly Value[], cotangents: readonly Value[]) => readonly Maybe[]
}
const forwardOnly = ({ op, instead }: Names): string =>
  `${op}: a function with a pullback of its own has no forward mode (jvp, jacfwd); give it ${instead}`

/**
 * A function with a pullback of your own. `forward(...args)` gives `[out, residuals]`; `backward(residuals, cotangent)`
 * gives one cotangent per argument, `undefined` for zero. Unlike a customJvp rule it need not be linear, so it may clip or
 * scale gradients.
 *
 * @throws ShapeError where a cotangent does not fit its argument; CotangentError in forward mode.
 * @example
 * ```ts
 * import { customVjp, grad, mul, type Scalar } from "cotangent"
 * const reversed = customVjp((x: Scalar) => x, { forward: (x) => [x, undefined], backward: (_, ct) => [mul(ct, -1)] })
 * console.log(await grad((x: Scalar) => mul(reversed(x), 3))(1).item())
 * ```
 */
export const customVjp: CustomVjp = typed(
  (f: unknown, rules: { readonly forward: unknown; readonly backward: unknown }) => {
    checkOptions("customVjp", rules, ["forward", "backward"])
    return withPullback({ op: "customVjp", instead: "a customJvp" }, functionArgument("customVjp", f), {
      forward: functionArgument("customVjp", rules.forward),
      backward: functionArgument("customVjp", rules.backward),
    })
  },
)

/** How messages call a function with a pullback, and what it could have instead that forward mode can use. */
interface Names {
  readonly op: string
  readonly instead: string
}
/** The same for any function that takes such rules. */
export function withPullback(
  names: Names,
  call: AnyFunction,
  { forward, backward }: { readonly forward: AnyFunction; readonly backward: AnyFunction },
): AnyFunction {
  const { op } = names
  const guarded = ruleGuard()
  return (...args: readonly unknown[]) => {
    const flat = settled(flatten(args, "arguments"))
    // Nothing around it asks for a derivative, so the rule has no say.
    if (currentInterpreter() === evaluate) return resultOf(op, call, flat)
    const types = flat.leaves.map((x) => x.type)
    const made = subProgram(op, types, (leaves) => callOn(call, flat, leaves))
    const captured = made.captured.length
    let kept: Flat | undefined
    const forwardOn: Rule["forward"] = (primals) => {
      const result = callOn(forward, flat, primals)
      if (!Array.isArray(result) || result.length !== 2)
        throw new CotangentError("custom-rule", `${op}: forward must return [out, residuals]`)
      const out = flatten(result[0], "out")
      expectSameStructure(op, made.result, out, ["the function's result", "forward's out"])
      kept = flatten(result[1], "residuals", { keep: true })
      return { outputs: out.leaves, residuals: kept.leaves }
    }
    const backwardOn: Rule["backward"] = (residuals, cotangents) => {
      if (kept === undefined) throw internal("a pullback before its forward pass")
      return cotangentsOf(op, backward(kept.build(residuals), made.result.build(cotangents)), args, flat)
    }
    const traced = guarded(() => traceRule(types, forwardOn, backwardOn))
    const extra = traced?.captured ?? []
    const before = captured + extra.length
    const rule: Rule = {
      forward: (primals) =>
        traced === undefined
          ? forwardOn(primals.slice(before))
          : traced.forward(primals.slice(captured, before), primals.slice(before)),
      backward: (residuals, cotangents) => [
        ...Array.from({ length: before }, () => undefined),
        ...(traced?.backward ?? backwardOn)(residuals, cotangents),
      ],
    }
    const program = withInputs(
      made.program,
      captured,
      extra.map((x) => x.type),
    )
    const key = traced?.key ?? `untraced ${nextRule++}`
    return made.result.build(
      bind(customVjpOperation(names, program, rule, key), [...made.captured, ...extra, ...flat.leaves]),
    )
  }
}

/** Both halves of a rule as Programs. What they close over is captured, and travels with the residuals. */
function traceRule(
  types: readonly TensorType[],
  forward: Rule["forward"],
  backward: Rule["backward"],
): {
  readonly captured: readonly Value[]
  readonly forward: (captured: readonly Value[], primals: readonly Value[]) => ReturnType<Rule["forward"]>
  readonly backward: Rule["backward"]
  readonly key: string
} {
  let count = 0
  const there = trace("forward", types, (...xs) => {
    const { outputs, residuals } = forward(xs)
    count = outputs.length
    return [...outputs, ...residuals]
  })
  const made = there.program.outputs.map((a) => a.type)
  let present: readonly boolean[] = []
  const back = trace("backward", [...made.slice(count), ...made.slice(0, count)], (...xs) => {
    const cotangents = backward(xs.slice(0, made.length - count), xs.slice(made.length - count))
    present = cotangents.map((ct) => ct !== undefined)
    return cotangents.filter((ct) => ct !== undefined)
  })
  return {
    captured: [...there.captured, ...back.captured],
    forward: (captured, primals) => {
      const own = captured.slice(0, there.captured.length)
      const out = evalProgram(there.program, [...own, ...primals])
      return { outputs: out.slice(0, count), residuals: [...captured.slice(own.length), ...out.slice(count)] }
    },
    backward: (residuals, cotangents) => spread(evalProgram(back.program, [...residuals, ...cotangents]), present),
    key: `${there.program.id} ${back.program.id} ${present.map(Number).join("")}`,
  }
}

/** One cotangent tree per argument, undefined where a whole argument's is zero. */
function cotangentsOf(op: string, result: unknown, args: readonly unknown[], flat: Flat): readonly Maybe[] {
  if (!Array.isArray(result) || result.length !== args.length)
    throw new CotangentError(
      "custom-rule",
      `${op}: backward must return one cotangent per argument (${args.length}), in an array`,
    )
  const out = args.flatMap((arg, n): readonly Maybe[] => {
    const own = flatten(arg, `argument ${n}`)
    const given: unknown = result[n]
    if (given === undefined) return own.leaves.map(() => undefined)
    const cotangents = flatten(given, `cotangent ${n}`)
    expectSameStructure(op, own, cotangents, [`argument ${n}`, "its cotangent"])
    return cotangents.leaves
  })
  out.forEach((ct, k) => {
    const x = flat.leaves[k]
    if (ct !== undefined && x !== undefined && ct.type.array !== x.type.array && hasTangent(x.type))
      throw new ShapeError(
        "custom-rule",
        `${op}: the cotangent of ${flat.paths[k]} is ${showType(ct.type)}, the argument is ${showType(x.type)}`,
      )
  })
  return out
}

let nextRule = 0
function customVjpOperation(names: Names, program: Program, rule: Rule, ruleKey: string): ProgramOperation {
  return {
    ...callOperation(program, names.op),
    // Rules that were not traced cannot be compared, so every one is its own operation.
    key: `${names.op} ${program.id} ${ruleKey}`,
    jvp: () => {
      throw new CotangentError("forward-mode", forwardOnly(names))
    },
    linearize: (primals, tangents, linear) => {
      const { outputs, residuals } = rule.forward(primals)
      const active = tangents.map((t) => t !== undefined)
      const pulled = pullbackOperation(
        names,
        rule,
        residuals.length,
        active,
        outputs.map((x) => x.type),
      )
      const out = linear(() => bind(pulled, [...residuals, ...tangents.filter((t) => t !== undefined)]))
      return { outputs, tangents: out.map((t) => (hasTangent(t.type) ? t : undefined)) }
    },
    batch: (values, batched, axis) => {
      const made = batchProgram(
        program,
        batched,
        axis,
        program.outputs.map(() => true),
      )
      const whole = (all: {
        readonly values: readonly Value[]
        readonly batched: readonly boolean[]
      }): readonly Value[] => all.values.map((x, k) => (all.batched[k] === true ? x : repeat(x, axis.size)))
      let count = 0
      const batchedRule: Rule = {
        forward: (primals) => {
          const all = whole(
            batchValues(
              (...xs) => {
                const { outputs, residuals } = rule.forward(xs)
                count = outputs.length
                return [...outputs, ...residuals]
              },
              primals,
              batched,
              axis,
            ),
          )
          return { outputs: all.slice(0, count), residuals: all.slice(count) }
        },
        backward: (residuals, cotangents) => {
          const out = batchValues(
            (...xs) => {
              const cts = rule.backward(xs.slice(0, residuals.length), xs.slice(residuals.length))
              return cts.map((ct, k) => orZeros(ct, program.inputs[k]?.type ?? missing()))
            },
            [...residuals, ...cotangents],
            [...residuals, ...cotangents].map(() => true),
            axis,
          )
          // An argument that all examples share collects from all of them.
          return whole(out).map((ct, k) => (batched[k] === true ? ct : bindOne(sum.over([0]), ct)))
        },
      }
      const key = `${ruleKey} batch ${axis.size} ${axis.name ?? ""} ${batched.map(Number).join("")}`
      return { values: bind(customVjpOperation(names, made.program, batchedRule, key), values), batched: made.batched }
    },
    transpose: () => {
      throw internal(`a transposed ${names.op}`)
    },
  }
}
const missing = (): never => {
  throw internal("customVjp lacks an input")
}

/** The linear stand-in: (residuals, tangents) -> tangents of the results, of which only the transpose is known. */
function pullbackOperation(
  names: Names,
  rule: Rule,
  residuals: number,
  active: readonly boolean[],
  outputs: readonly TensorType[],
): OpaqueOperation {
  const refuse = (): never => {
    throw new CotangentError("forward-mode", forwardOnly(names))
  }
  return {
    kind: "opaque",
    name: names.op,
    params: {},
    key: `pullback ${nextRule++}`,
    reason: forwardOnly(names),
    results: () => outputs,
    jvp: refuse,
    linearize: refuse,
    batch: refuse,
    transpose: (cotangents, operands) => {
      const known = operands.slice(0, residuals).map((x) => (x.linear ? missing() : x.value))
      const cts = rule.backward(
        known,
        outputs.map((t, k) => orZeros(cotangents[k], t)),
      )
      return [...known.map(() => undefined), ...cts.filter((_, k) => active[k] === true)]
    },
  }
}
