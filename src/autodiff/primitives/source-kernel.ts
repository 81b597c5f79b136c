/** A user's gpu.js kernel as an operation: host code over whole arrays, which also carries its source. */
import { allocate, type Numbers } from "../dtype.ts"
import { CotangentError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { type ArrayType, inputsOf, type NativeKernel, routineLoop, sizeOf } from "../program/loop/loop.ts"
import type { BatchRule, LoopOperation } from "../program/operation.ts"
import { broadcast } from "./broadcast.ts"
import { opaqueOperation } from "./primitive.ts"
import { reshape } from "./reshape.ts"

/** What a user wrote, for one shape of the result. */
export interface SourceKernel {
  readonly name: string
  readonly source: string
  readonly constants: Readonly<Record<string, number>>
  readonly shape: readonly number[]
}

const ids = new Map<string, number>()
/** Equal text over equal constants is one kernel: nothing else can reach it. */
function idOf({ source, constants }: SourceKernel): number {
  // JSON has no NaN, no infinities and no -0.
  const numbers = Object.entries(constants).map(([name, x]) => [name, Object.is(x, -0) ? "-0" : String(x)])
  const key = JSON.stringify([source, numbers])
  const known = ids.get(key) ?? ids.size
  ids.set(key, known)
  return known
}

/** The kernel on its operands as they are. */
export const sourceKernel = (kernel: SourceKernel, operands: number): LoopOperation =>
  operationOf(
    kernel,
    1,
    Array.from({ length: operands }, () => false),
  )

/** `runs` of it, over the rows of the `batched` operands; with none batched the result has no axis for them. */
function operationOf(kernel: SourceKernel, runs: number, batched: readonly boolean[]): LoopOperation {
  const { name, source, constants, shape } = kernel
  const wide = batched.includes(true)
  const native: NativeKernel = { source, constants, shape, runs, batched }
  const routine = {
    name: `${name}#${idOf(kernel)} [${shape.join(", ")}] ${runs} ${batched.map(Number).join("")}`,
    run: (inputs: readonly Numbers[], types: readonly ArrayType[]) => [runOnHost(name, native, inputs, types)],
    kernel: native,
  }
  return opaqueOperation(
    name,
    { kernel: idOf(kernel), output: shape, ...(wide && { runs, batched }) },
    (types) => {
      types.forEach((t, k) => {
        checkOperand(name, k, t, batched[k] === true)
      })
      const dtype = resultType(types)
      return routineLoop(inputsOf(types), routine, [{ dtype, shape: wide ? [runs, ...shape] : shape }])
    },
    {
      jvp: () => {
        throw new CotangentError(
          "kernel-derivative",
          `${name}: a derivative was asked of a gpuKernel that has none; give it { jvp: (primals, tangents, out) => tangentOut } or { vjp: (primals, cotangent, out) => [cotangent of each argument] }, or keep derivatives out with stopGradient`,
          { kernel: name },
        )
      },
      batch: batchRule(kernel, runs, batched),
    },
  )
}

/** All batches are one: a second one makes the runs more, and its operands are laid out in rows of the two together. */
const batchRule =
  (kernel: SourceKernel, runs: number, before: readonly boolean[]): BatchRule =>
  (values, batched, { size }) => {
    const rows = values.map((x, k) => {
      const [had, has] = [before[k] === true, batched[k] === true]
      if (!had && !has) return x
      const own = x.shape.slice(Number(had) + Number(has))
      const whole = [size, runs, ...own]
      const spread = bindOne(reshape.to([has ? size : 1, had ? runs : 1, ...own]), x)
      return bindOne(reshape.to([size * runs, ...own]), had && has ? spread : bindOne(broadcast.to(whole), spread))
    })
    const now = values.map((_, k) => before[k] === true || batched[k] === true)
    const out = bindOne(operationOf(kernel, size * runs, now), ...rows)
    const lead = before.includes(true) ? [size, runs] : [size]
    return { values: [bindOne(reshape.to([...lead, ...kernel.shape]), out)], batched: [true] }
  }

function checkOperand(name: string, k: number, type: ArrayType, batched: boolean): void {
  if (type.shape.length - Number(batched) > 3)
    throw new ShapeError(
      "kernel-rank",
      `${name}: argument ${k} has ${type.shape.length} axes and gpu.js kernels read arrays of up to 3; reshape it`,
      { shape: type.shape },
    )
}
const resultType = (types: readonly ArrayType[]): "f32" | "f64" =>
  types.some((t) => t.dtype === "f64") ? "f64" : "f32"

/** The size of a kernel's result along gpu.js's x, y and z. */
export const threadsOf = (shape: readonly number[]): readonly [x: number, y: number, z: number] => [
  shape.at(-1) ?? 1,
  shape.at(-2) ?? 1,
  shape.at(-3) ?? 1,
]

type Kernel = (...args: readonly unknown[]) => unknown
const compiled = new Map<string, Kernel>()
/** From its text, as gpu.js does: what the function closes over would be there on the host, and missing on a device. */
function compile(name: string, source: string): Kernel {
  const known = compiled.get(source)
  if (known !== undefined) return known
  let made: unknown
  try {
    made = new Function(`"use strict"; return (${source})`)()
  } catch (error) {
    throw new CotangentError("kernel-source", `${name}: the source of this gpuKernel does not parse: ${String(error)}`)
  }
  if (!isKernel(made)) throw new CotangentError("kernel-source", `${name}: the source of this gpuKernel is no function`)
  compiled.set(source, made)
  return made
}
const isKernel = (x: unknown): x is Kernel => typeof x === "function"

/** In doubles, as JavaScript computes; the result is rounded to its dtype, so that f32 differs from gpu.js by rounding alone. */
function runOnHost(
  name: string,
  native: NativeKernel,
  inputs: readonly Numbers[],
  types: readonly ArrayType[],
): Numbers {
  const { source, constants, shape, runs, batched } = native
  const kernel = compile(name, source)
  const [x, y, z] = threadsOf(shape)
  const out = allocate(resultType(types), runs * sizeOf(shape))
  const thread = { x: 0, y: 0, z: 0 }
  const self = { thread, output: { x, y, z }, constants }
  let at = 0
  for (let run = 0; run < runs; run++) {
    const args = inputs.map((values, k) => {
      const whole = types[k]?.shape ?? []
      if (batched[k] !== true) return nested(values, whole)
      const size = sizeOf(whole.slice(1))
      return nested(values.subarray(run * size, (run + 1) * size), whole.slice(1))
    })
    for (thread.z = 0; thread.z < z; thread.z++)
      for (thread.y = 0; thread.y < y; thread.y++)
        for (thread.x = 0; thread.x < x; thread.x++) out[at++] = element(name, kernel, self, args)
  }
  return out
}
function element(
  name: string,
  kernel: Kernel,
  self: { readonly thread: { readonly x: number; readonly y: number; readonly z: number } },
  args: readonly unknown[],
): number {
  const { x, y, z } = self.thread
  const at = `thread { x: ${x}, y: ${y}, z: ${z} }`
  let value: unknown
  try {
    value = Reflect.apply(kernel, self, args)
  } catch (error) {
    throw new CotangentError(
      "kernel-source",
      `${name}: this gpuKernel threw ${String(error)} at ${at}; it sees its arguments, this.thread, this.output, this.constants and Math, and may read inside its arrays only`,
    )
  }
  if (typeof value === "number") return value
  throw new CotangentError(
    "kernel-source",
    `${name}: this gpuKernel gave ${value === undefined ? "nothing" : `a ${typeof value}`} at ${at}; return one number on every path, and read inside its arrays only`,
  )
}

/** Rows of rows, as views of the numbers; a scalar is a number, as gpu.js wants it. */
export function nested(values: Numbers, shape: readonly number[]): unknown {
  const [rows, ...rest] = shape
  if (rows === undefined) return values[0]
  if (rest.length === 0) return values
  const size = sizeOf(rest)
  return Array.from({ length: rows }, (_, r) => nested(values.subarray(r * size, (r + 1) * size), rest))
}
