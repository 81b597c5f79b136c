/** Compilation: a function traced once per kinds of arguments, then run as one Program. */

import { type AnyFunction, functionArgument, notAsync, typed } from "../boundary.ts"
import { engineNow } from "../current-engine.ts"
import type { Engine, Executable } from "../engine.ts"
import { CotangentError, callSite, internal } from "../errors.ts"
import { bind, currentInterpreter } from "../interpreter.ts"
import type { Donation } from "../interpreters/donation.ts"
import { evaluate, submit } from "../interpreters/evaluate.ts"
import { trace } from "../interpreters/trace.ts"
import { checkOptions } from "../options.ts"
import type { ProgramOperation } from "../program/operation.ts"
import type { TensorType } from "../program/type.ts"
import type { Jit } from "../signatures/transforms.ts"
import { apart, ConcreteTensor, fromNumber } from "../tensor.ts"
import { type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { settled } from "./arguments.ts"
import { callOperation } from "./call.ts"

interface Options {
  readonly donate?: readonly number[]
  readonly static?: readonly number[]
}
interface Compiled {
  readonly operation: ProgramOperation
  readonly captured: readonly Value[]
  /** The same as values of the compiled function's own: it goes on when their owner donates them. */
  readonly constants: readonly Value[]
  readonly types: readonly TensorType[]
  readonly result: Flat
  readonly executables: WeakMap<Engine, Executable>
}

/** Kinds of arguments that one jitted function keeps; beyond, the oldest is forgotten. */
const cacheBound = 256
/** Retraces after which the argument that keeps changing is named. */
const warnAfter = 24

const isTensor = (x: Value): boolean => x instanceof ConcreteTensor

/**
 * Compiles a function: it is traced once for each combination of shapes, dtypes, tree structures and static arguments,
 * and from then on runs as one Program, without JavaScript between its operations.
 *
 * Inside, values are traced: they have shapes and no numbers, so `if (x > 0)` cannot work (use `where` or `cond`). What
 * the function closes over is baked in when it is traced, and stays when it is donated elsewhere. JavaScript numbers among the arguments are traced scalars, so a
 * changing learning rate does not retrace.
 *
 * @param options `static`: positions of arguments that are plain data and part of the cache key. `donate`: positions of
 * arguments whose memory the call may reuse; using such a tensor, or a reshape of it, again is an error. Results are values
 * of their own: donating one never takes an argument that was returned as it is, a constant of the function, or a result
 * that is equal. Memory that such values have in common is reused once all of them are donated.
 * @throws CotangentError for an async function; whatever the function throws while it is traced.
 * @example
 * ```ts
 * import { add, type F32, jit, mul, type Scalar, tensor } from "cotangent"
 * const step = jit((x: F32<[2]>, rate: Scalar) => add(x, mul(rate, x)))
 * console.log(await step(tensor([1, 2]), 0.1).array())
 * ```
 */
export const jit: Jit = typed((f: unknown, options: Options = {}) => {
  checkOptions("jit", options, ["donate", "static"])
  const call = functionArgument("jit", f)
  for (const name of ["donate", "static"] as const)
    if (options[name] !== undefined && !Array.isArray(options[name]))
      throw new CotangentError(
        "jit-options",
        `jit: ${name} is a list of positions; write { ${name}: [0] } for the first argument`,
        { [name]: options[name] },
      )
  const statics = new Set(options.static ?? [])
  const donated = options.donate ?? []
  for (const n of donated)
    if (statics.has(n))
      throw new CotangentError(
        "jit-options",
        `jit: argument ${n} is both donated and static; a static argument has no memory to give`,
      )
  const cache = new Map<string, Compiled>()
  const watch = new RetraceWatch(typeof f === "function" ? f.name : "")
  return (...args: readonly unknown[]) => {
    checkPositions(args.length, statics, donated)
    const flat = flatten(
      args.filter((_, k) => !statics.has(k)),
      "arguments",
      { lift: liftWeak },
    )
    const key = keyOfCall(args, statics, flat)
    let compiled = cache.get(key)
    if (compiled === undefined) {
      compiled = compile(call, args, statics, flat)
      watch.traced(args, flat)
      if (cache.size >= cacheBound) cache.delete([...cache.keys()][0] ?? "")
      // A function that closes over a value being traced belongs to that one trace: the next call has another value.
      if (compiled.captured.every(isTensor)) cache.set(key, compiled)
    }
    if (currentInterpreter() !== evaluate) {
      // An enclosing trace that captures the same tensor is to see that it is the same.
      const { captured, constants } = compiled
      const there = captured.map((x, k) =>
        x instanceof ConcreteTensor && x.storage.donated !== undefined ? (constants[k] ?? x) : x,
      )
      return compiled.result.build(bind(compiled.operation, [...there, ...flat.leaves]))
    }
    const operands = [...compiled.constants, ...flat.leaves]
    if (donated.length === 0) return compiled.result.build(run(compiled, operands))
    const captured = compiled.captured.length
    return compiled.result.build(
      run(compiled, operands, {
        positions: donatedLeaves(args, statics, donated, captured),
        nameOf: (k) => flat.paths[k - captured] ?? "",
        site: callSite(),
      }),
    )
  }
})

/** A JavaScript number as a traced scalar that takes the dtype of what it meets. */
export const liftWeak = (x: number | boolean): Value =>
  typeof x === "number" ? fromNumber("f64", x, true) : fromNumber("bool", Number(x))

function checkPositions(count: number, statics: ReadonlySet<number>, donated: readonly number[]): void {
  for (const n of [...statics, ...donated])
    if (!Number.isInteger(n) || n < 0 || n >= count)
      throw new CotangentError(
        "jit-options",
        `jit: there is no argument ${n} to ${statics.has(n) ? "keep static" : "donate"}; the call has ${count}`,
        { argument: n },
      )
}

const staticIds = new WeakMap<object, number>()
let nextStatic = 0
function keyOfStatic(x: unknown, position: number): string {
  if (typeof x === "function" || (typeof x === "object" && x !== null && !isPlainData(x))) {
    let id = staticIds.get(x)
    if (id === undefined) {
      id = nextStatic++
      staticIds.set(x, id)
    }
    return `#${id}`
  }
  if (typeof x === "symbol")
    throw new CotangentError("static", `jit: static argument ${position} is a symbol; use a string`)
  return `${typeof x} ${typeof x === "bigint" || typeof x === "number" ? `${Object.is(x, -0) ? "-0" : x}` : JSON.stringify(x)}`
}
const isPlainData = (x: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(x)
  if (Array.isArray(x)) return x.every(isDatum)
  return (prototype === Object.prototype || prototype === null) && Object.values(x).every(isDatum)
}
const isDatum = (x: unknown): boolean =>
  x === null ||
  typeof x === "string" ||
  typeof x === "boolean" ||
  (typeof x === "number" && Number.isFinite(x) && !Object.is(x, -0)) ||
  (typeof x === "object" && isPlainData(x))

function keyOfCall(args: readonly unknown[], statics: ReadonlySet<number>, flat: Flat): string {
  let key = flat.key
  for (const x of flat.leaves) key += `|${x.type.id}`
  for (const k of statics) key += `|${k}=${keyOfStatic(args[k], k)}`
  return key
}

function compile(call: AnyFunction, args: readonly unknown[], statics: ReadonlySet<number>, flat: Flat): Compiled {
  let result: Flat | undefined
  const { program, captured } = trace(
    "jit",
    flat.leaves.map((x) => x.type),
    (...leaves) => {
      const built = flat.build(leaves)
      const dynamic = Array.isArray(built) ? built : [built]
      let next = 0
      const given = args.map((x, k) => (statics.has(k) ? x : dynamic[next++]))
      result = settled(flatten(notAsync("jit", call(...given)), "the result"))
      return result.leaves
    },
  )
  if (result === undefined) throw internal("jit without a result")
  return {
    operation: callOperation(program, "jit"),
    captured,
    constants: captured.every(isTensor)
      ? captured.map((x) => (x instanceof ConcreteTensor ? apart(x, "jit") : x))
      : captured,
    types: program.outputs.map((a) => a.type),
    result: { ...result, leaves: [] },
    executables: new WeakMap(),
  }
}

function run(compiled: Compiled, operands: readonly Value[], donation?: Donation): readonly Value[] {
  const tensors = operands.filter((x) => x instanceof ConcreteTensor)
  const engine = tensors.find((x) => x.literal === undefined)?.engine ?? engineNow()
  // What cannot be submitted as it is (a leaked tracer, two engines) is refused by the interpreter, which can say why.
  if (tensors.length !== operands.length || tensors.some((x) => x.engine !== engine))
    return bind(compiled.operation, operands)
  let executable = compiled.executables.get(engine)
  if (executable === undefined) {
    executable = engine.compile(compiled.operation.program)
    compiled.executables.set(engine, executable)
  }
  return submit(executable, compiled.types, tensors, "jit", donation)
}

/** Operand positions of the leaves of donated arguments. Captured values are operands too, and nobody gave them away. */
function donatedLeaves(
  args: readonly unknown[],
  statics: ReadonlySet<number>,
  donated: readonly number[],
  captured: number,
): ReadonlySet<number> {
  const given = new Set<number>()
  let next = captured
  args.forEach((x, k) => {
    if (statics.has(k)) return
    const flat = flatten(x, "arguments", { lift: liftWeak })
    for (const leaf of flat.leaves) {
      // A number was made a tensor for this call and may be shared with others.
      if (donated.includes(k) && leaf instanceof ConcreteTensor && leaf.literal === undefined) given.add(next)
      next++
    }
  })
  return given
}

/** Notices a function that is traced again and again, and names what keeps changing. */
class RetraceWatch {
  readonly #name: string
  #count = 0
  #last: readonly string[] = []
  constructor(name: string) {
    this.#name = name
  }
  traced(args: readonly unknown[], flat: Flat): void {
    this.#count++
    const now = [
      ...flat.leaves.map((x, k) => `${flat.paths[k]} ${x.type.dtype}[${x.shape.join(", ")}]`),
      ...args.map((x, k) => `argument ${k}: ${typeof x === "object" ? "" : String(x)}`),
    ]
    if (this.#count === warnAfter) {
      const changed = now.filter((line, k) => line !== this.#last[k])
      console.warn(
        `cotangent: jit(${this.#name || "f"}) has been traced ${this.#count} times; what differs from the last time is ${changed.join("; ") || "the tree structure or a static object"}. Pad to a fixed size, or pass what changes as a traced value instead of a static one.`,
      )
    }
    this.#last = now
  }
}
