/** gpu.js kernels of users' own. */
import { type AnyFunction, functionArgument, typed } from "../boundary.ts"
import { CotangentError, DTypeError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { sourceKernel } from "../primitives/source-kernel.ts"
import { showType } from "../program/type.ts"
import { checkSizes } from "../shape/sizes.ts"
import type { GpuKernel } from "../signatures/kernels.ts"
import { withJvp } from "../transforms/custom-jvp.ts"
import { withPullback } from "../transforms/custom-vjp.ts"
import type { Value } from "../value.ts"
import { asValue } from "./operands.ts"

interface Options {
  readonly output: unknown
  readonly constants?: Readonly<Record<string, number>>
  readonly name?: string
  readonly jvp?: unknown
  readonly vjp?: unknown
}

/**
 * A gpu.js kernel as an operation on tensors: a function (or its source as a string) that computes the element at
 * `this.thread` from nested arrays, `this.constants` and `Math`. On the engine gpujs, gpu.js runs it in the mode that was
 * chosen; the other engines run the same source on the host, in doubles, and round the result to f32. It maps and compiles
 * like every other operation, and has the derivative that is given to it: try that with `checkGrads`.
 *
 * A result of shape `[rows, columns]` has its row at `this.thread.y` and its column at `this.thread.x`; an argument of that
 * shape is read as `a[this.thread.y][this.thread.x]`, and a scalar is a number. Arguments and result have up to three axes.
 * The source closes over nothing, uses what gpu.js understands, and reads inside its arrays.
 *
 * @param options `output`: the result's shape, or a function of the arguments that gives it. `constants`: numbers that the
 * kernel finds in `this.constants`. `jvp(primals, tangents, out)` gives the tangent of the result; reverse mode transposes
 * it. Or `vjp(primals, cotangent, out)` gives one cotangent per argument, `undefined` for zero, and there is no forward
 * mode. `name`: for messages.
 * @throws ShapeError for a shape that is none or has more than three axes; CotangentError where a derivative is needed that
 * was not given, or the source fails.
 * @example
 * ```ts
 * import { type F32, gpuKernel, grad, mul, sum, tensor } from "cotangent"
 *
 * const cube = gpuKernel(
 *   function (x) {
 *     const v = x[this.thread.x]!
 *     return v * v * v
 *   },
 *   {
 *     output: (x: F32<[3]>) => x.shape,
 *     jvp: ([x], [dx]) => mul(mul(3, mul(x, x)), dx),
 *   },
 * )
 * const x = tensor([1, 2, 3])
 * console.log(await cube(x).array(), await grad((x: F32<[3]>) => sum(cube(x)))(x).array())
 * ```
 */
export const gpuKernel: GpuKernel = typed((source: unknown, options: Options) => {
  checkOptions("gpuKernel", options, ["output", "constants", "name", "jvp", "vjp"])
  const { constants = {}, jvp, vjp } = options ?? {}
  const text = sourceOf(source)
  const named = options?.name ?? /^function\s+(\w+)/.exec(text)?.[1]
  const name = named === undefined ? "gpuKernel" : `gpuKernel ${named}`
  for (const [key, value] of Object.entries(constants))
    if (typeof value !== "number")
      throw new CotangentError("kernel-source", `${name}: the constant ${key} is no number; pass arrays as arguments`)
  if (jvp !== undefined && vjp !== undefined)
    throw new CotangentError("option", `${name}: got both jvp and vjp; give one, the other mode follows from a jvp`)
  const parameters = parametersOf(text)
  const apply = (...args: readonly unknown[]): Value => {
    if (args.length !== parameters.length)
      throw new CotangentError(
        "kernel-arguments",
        `${name}: the kernel takes (${parameters.join(", ")}) and was given ${args.length} of ${parameters.length}`,
        { given: args.length, parameters },
      )
    const operands = args.map((x, k) => operand(name, k, x))
    const shape = outputShape(name, options?.output, operands)
    return bindOne(sourceKernel({ name, source: text, constants, shape }, operands.length), ...operands)
  }
  if (jvp !== undefined) {
    const rule = functionArgument(name, jvp)
    let depth = 0
    // The rule calls the function it belongs to, not the bare kernel, so that it has a derivative itself.
    const whole: AnyFunction = withJvp(name, apply, (primals, tangents) => {
      // One deeper for each order of derivative; a rule that hands the kernel its own tangents asks for itself for ever.
      if (depth >= deepest)
        throw new CotangentError(
          "kernel-derivative",
          `${name}: reverse mode transposes the jvp, and this one hands its tangents to the kernel itself; give it a vjp instead`,
          { kernel: name },
        )
      depth++
      try {
        const out = whole(...list(primals))
        return [out, rule(primals, tangents, out)]
      } finally {
        depth--
      }
    })
    return whole
  }
  if (vjp === undefined) return apply
  const rule = functionArgument(name, vjp)
  const whole: AnyFunction = withPullback({ op: name, instead: "a jvp" }, apply, {
    forward: (...primals) => {
      const out = whole(...primals)
      return [out, [primals, out]]
    },
    backward: (kept, cotangent) => {
      const [primals, out] = list(kept)
      return rule(primals, cotangent, out)
    },
  })
  return whole
})
/** Orders of derivatives of one kernel, one inside another. */
const deepest = 12
const list = (x: unknown): readonly unknown[] => (Array.isArray(x) ? x : [])

/** Their names: gpu.js knows neither patterns nor defaults, so commas alone divide them. */
const parametersOf = (text: string): readonly string[] =>
  text
    .slice(text.indexOf("(") + 1, text.indexOf(")"))
    .split(",")
    .map((x) => x.trim())
    .filter((x) => x !== "")

/** The text of the function, which is what gpu.js compiles. */
function sourceOf(source: unknown): string {
  const text: unknown = typeof source === "function" ? Function.prototype.toString.call(source) : source
  if (typeof text !== "string")
    throw new CotangentError("kernel-source", `gpuKernel: takes a function or its source first, got ${typeof source}`)
  const trimmed = text.trim()
  if (/^function\b(?!\s*\*)/.test(trimmed)) return trimmed
  throw new CotangentError(
    "kernel-source",
    `gpuKernel: the kernel must be written function (…) { … }, got ${JSON.stringify(trimmed.slice(0, 40))}; an arrow function, a method or a generator has no this.thread`,
  )
}

function operand(name: string, k: number, x: unknown): Value {
  const value = asValue(name, x)
  if (value.dtype === "key")
    throw new DTypeError(
      "key",
      `${name}: argument ${k} is ${showType(value.type)}; a kernel reads numbers, draw them first`,
    )
  return value
}

function outputShape(name: string, output: unknown, operands: readonly Value[]): readonly number[] {
  if (output === undefined)
    throw new ShapeError(
      "kernel-output",
      `${name}: the shape of the result is missing; give { output: [rows, columns] }`,
    )
  const given: unknown = typeof output === "function" ? Reflect.apply(output, undefined, operands) : output
  // checkSizes refuses what is no array of sizes, with the sentence that all shapes have.
  const shape = checkSizes(name, given as readonly number[])
  if (shape.length > 3)
    throw new ShapeError(
      "kernel-rank",
      `${name}: the output [${shape.join(", ")}] has ${shape.length} axes and gpu.js has threads along 3; compute it flat and reshape it`,
      { shape },
    )
  return [...shape]
}
