/** Operations of users' own. */
import { functionArgument, typed } from "../boundary.ts"
import { instanceOf } from "../class-name.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { type ArrayType, inputsOf, type Loop } from "../program/loop/loop.ts"
import { keyOf, type LinearOperand, type LoopOperation, type Maybe, type Params } from "../program/operation.ts"
import { noArithmetic } from "../shape/messages.ts"
import { checkSizes } from "../shape/sizes.ts"
import type { DefinePrimitive } from "../signatures/kernels.ts"
import { Value } from "../value.ts"
import { asValue } from "./operands.ts"

/** Rules as they come from users: over values, parameters last. */
interface Rules {
  readonly jvp?: (
    primals: readonly Value[],
    outputs: readonly Value[],
    tangents: readonly Maybe[],
    parameters: Params,
  ) => readonly Maybe[]
  readonly transpose?: (
    cotangents: readonly Maybe[],
    operands: readonly LinearOperand[],
    parameters: Params,
  ) => readonly Maybe[]
  readonly batch?: (
    values: readonly Value[],
    batched: readonly boolean[],
    size: number,
    parameters: Params,
  ) => readonly Value[]
}

let next = 0

/**
 * A primitive of your own, from what it means: one expression per element of the result, built with `loop`. Its derivative
 * in both modes, its batched form and its kernels on every engine are derived from that, and it fuses with its neighbours.
 * Say the type of the operation as the type argument; a last parameter that is plain data holds the parameters.
 *
 * Define it once, outside of functions that run often: each definition is an operation of its own.
 *
 * @param rules `jvp`, `transpose`, `batch`, where a derived rule is not good enough. Whoever writes a jvp or a transpose
 * writes the batch rule too. A `loop.routine`, or a running product or maximum, says nothing of its slopes: without a jvp
 * and a batch rule it does not compile. Rules are made of the functions of this package and close over no tensors.
 * @throws CotangentError where the meaning is none, or takes an operand as what it is not.
 * @example
 * ```ts
 * import { definePrimitive, type F32, grad, loop, sum, tensor } from "cotangent"
 *
 * const rowNorm = definePrimitive<<N extends number>(x: F32<[N, number]>) => F32<[N]>>("rowNorm", ([x]) => {
 *   const [rows = 0, columns = 0] = x.shape
 *   return loop.map([x], [rows], (i) => {
 *     const squares = loop.fold("sum", columns, (k) => loop.binary("mul", loop.load(x, [i, k]), loop.load(x, [i, k])))
 *     return loop.unary("sqrt", squares)
 *   })
 * })
 * const x = tensor([[3, 4], [6, 8]])
 * console.log(await rowNorm(x).array())
 * console.log(await grad((x: F32<[2, 2]>) => sum(rowNorm(x)))(x).array())
 * ```
 */
export const definePrimitive: DefinePrimitive = typed((name: string, given: unknown, rules: Rules = {}) => {
  const meaning = functionArgument("definePrimitive", given)
  checkOptions("definePrimitive", rules, ["jvp", "transpose", "batch"])
  if (rules.batch === undefined && (rules.jvp !== undefined || rules.transpose !== undefined))
    throw new CotangentError(
      "meaning",
      `definePrimitive: ${name} has a jvp or a transpose and no batch rule; give { batch }, for the derived one would lose the rule under vmap`,
      { primitive: name },
    )
  const own = next++
  return (...args: readonly unknown[]) => {
    const last = args.at(-1)
    const [operands, parameters] = isParameters(last) ? [args.slice(0, -1), last] : [args, none]
    checkParameters(name, parameters)
    const values = operands.map((x) => numbers(name, asValue(name, x)))
    const out = bind(operationOf(name, own, meaning, rules, parameters), values)
    return out.length === 1 ? out[0] : out
  }
})
const none: Params = {}

function operationOf(
  name: string,
  own: number,
  meaning: (inputs: unknown, parameters: unknown) => unknown,
  { jvp, transpose, batch }: Rules,
  parameters: Params,
): LoopOperation {
  return {
    kind: "loop",
    name,
    params: parameters,
    // Two definitions of one name are two operations.
    key: `${keyOf(name, parameters)} '${own}`,
    meaning: (types) => meant(name, types, meaning, parameters, jvp !== undefined),
    ...(jvp && { jvp: (primals, outputs, tangents) => jvp(primals, outputs, tangents, parameters) }),
    ...(transpose && { transpose: (cotangents, operands) => transpose(cotangents, operands, parameters) }),
    ...(batch && {
      batch: (values, batched, { size }) => {
        const made = batch(values, batched, size, parameters)
        return { values: made, batched: made.map(() => true) }
      },
    }),
  }
}

/** The user's meaning on operands of these types; what is wrong with it is theirs, not an internal error. */
function meant(
  name: string,
  types: readonly ArrayType[],
  meaning: (inputs: unknown, parameters: unknown) => unknown,
  parameters: Params,
  written: boolean,
): Loop {
  const inputs = inputsOf(types)
  const wrong = (what: string): CotangentError => new CotangentError("meaning", `${name}: ${what}`, { primitive: name })
  let made: unknown
  try {
    made = meaning(inputs, parameters)
  } catch (error) {
    if (!(error instanceof CotangentError) || error.code !== "internal") throw error
    const [said = ""] = error.message.split("\n")
    throw wrong(
      `the meaning is wrong: ${said.slice(said.indexOf(": ") + 2)}; cast what differs, give one index per axis`,
    )
  }
  if (!isLoop(made)) throw wrong("the meaning must give a Loop; return loop.map(inputs, shape, (...i) => expression)")
  if (made.form !== "routine") checkSizes(name, made.shape)
  if (made.inputs.length !== inputs.length || made.inputs.some((x, k) => x !== inputs[k] && x.slot !== k))
    throw wrong(
      `the meaning must be over all operands in their order; it has ${made.inputs.length} of ${inputs.length}, hand the builder the inputs as they came`,
    )
  if (!written && (made.form === "routine" || (made.form === "prefix" && made.monoid !== "sum")))
    throw wrong(
      `nothing can be derived from a ${made.form === "routine" ? "routine" : `running ${made.monoid}`}; give { jvp, batch }`,
    )
  return made
}
const isLoop = (x: unknown): x is Loop => typeof x === "object" && x !== null && "form" in x && "inputs" in x

const isParameters = (x: unknown): x is Params =>
  typeof x === "object" && x !== null && !(x instanceof Value) && !Array.isArray(x) && !("then" in x)

/** Refuses what the operation's key could not spell out: two operations would pass for one. */
function checkParameters(name: string, parameters: Params): void {
  const visit = (x: unknown, path: string): void => {
    if (isPlain(x)) for (const [key, child] of Object.entries(x)) visit(child, `${path}.${key}`)
    else if (!(x === null || ["undefined", "number", "string", "boolean"].includes(typeof x)))
      throw new CotangentError(
        "parameter",
        `${name}: ${path} is ${x instanceof Value ? "a tensor" : typeof x === "object" ? instanceOf(x) : `a ${typeof x}`}; parameters are plain data and part of the operation, pass tensors before them`,
        { path },
      )
  }
  visit(parameters, "parameters")
}
function isPlain(x: unknown): x is object {
  if (typeof x !== "object" || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return Array.isArray(x) || prototype === Object.prototype || prototype === null
}

function numbers(name: string, x: Value): Value {
  if (x.dtype === "key") throw new DTypeError("dtype", noArithmetic(name, x.dtype), { op: name })
  return x
}
