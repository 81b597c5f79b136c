/** A Loop made ready to run: its nest of blocks over the machine of machine.ts. */
import { allocate, type Numbers } from "../../autodiff/dtype.ts"
import { internal } from "../../autodiff/errors.ts"
import { stridesOf } from "../../autodiff/program/loop/affine.ts"
import { combine, combineVars } from "../../autodiff/program/loop/combine.ts"
import {
  type ArrayType,
  type Loop,
  type MapLoop,
  mapLoop,
  type PrefixLoop,
  resultsOf,
  type ScatterLoop,
  sizeOf,
} from "../../autodiff/program/loop/loop.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import type { Scalar, Var } from "../../autodiff/program/loop/scalar.ts"
import { binaryOf } from "../compile/arithmetic.ts"
import { type Block, newMachine, type Register } from "./machine.ts"

export interface Kernel {
  readonly results: readonly ArrayType[]
  /** Fresh results for these inputs, which stay as they are. */
  readonly run: Run
}
type Run = (inputs: readonly Numbers[]) => readonly Numbers[]

const kernels = new WeakMap<Loop, Kernel>()
export function kernelOf(loop: Loop): Kernel {
  let kernel = kernels.get(loop)
  if (kernel === undefined) {
    kernel = { results: resultsOf(loop), run: compile(loop) }
    kernels.set(loop, kernel)
  }
  return kernel
}

function compile(loop: Loop): Run {
  switch (loop.form) {
    case "map":
      return compileMap(loop)
    case "prefix":
      return compilePrefix(loop)
    case "scatter":
      return compileScatter(loop)
    case "routine":
      return (inputs) => loop.routine.run(inputs, loop.inputs)
    case "view":
      return (inputs) => inputs.map((x) => x.slice())
  }
}

/** Runs `body` once per index of `over`, in row-major order; what an outer index decides is computed outside. */
function nest(
  over: readonly Var[],
  roots: readonly Scalar[],
  body: (held: readonly Register[], get: (r: Register) => number) => () => void,
): (inputs: readonly Numbers[]) => void {
  const machine = newMachine()
  const blocks: Block[] = [machine.root]
  for (const v of over) blocks.push(machine.open(blocks.at(-1) ?? machine.root, [v]))
  const innermost = blocks.at(-1) ?? machine.root
  innermost.code.push(
    body(
      roots.map((n) => machine.value(n, innermost)),
      machine.get,
    ),
  )
  for (let d = over.length; d > 0; d--) {
    const [inner, outer, v] = [blocks[d], blocks[d - 1], over[d - 1]]
    const index = v === undefined ? undefined : inner?.names.get(v)
    if (inner === undefined || outer === undefined || v === undefined || index === undefined)
      throw internal("a nest without a block")
    outer.code.push(() => {
      for (let k = 0; k < v.size; k++) {
        machine.set(index, k)
        for (let n = 0; n < inner.code.length; n++) inner.code[n]?.()
      }
    })
  }
  return (inputs) => machine.run(machine.root.code, inputs)
}

function compileMap(loop: MapLoop): Run {
  let results: readonly Numbers[] = []
  let position = 0
  const fill = nest(loop.indices, loop.bodies, (held, get) => () => {
    for (let k = 0; k < held.length; k++) {
      const out = results[k]
      if (out !== undefined) out[position] = get(held[k] ?? 0)
    }
    position++
  })
  const types = resultsOf(loop)
  return (inputs) => {
    const made = types.map((t) => allocate(t.dtype, sizeOf(t.shape)))
    results = made
    position = 0
    fill(inputs)
    results = []
    return made
  }
}

function compilePrefix(loop: PrefixLoop): Run {
  const elements = compileMap(mapLoop(loop.inputs, loop.shape, () => loop.body))
  const { dtype } = loop.body
  const length = loop.shape[loop.axis] ?? 0
  const stride = stridesOf(loop.shape)[loop.axis] ?? 1
  const [unit] = unitOf(loop.monoid, [dtype])
  const [acc, next] = combineVars(loop.monoid, [loop.body])
  const [step] = combine(loop.monoid, acc, next)
  if (step?.op !== "binary") throw internal(`a running ${loop.monoid} combines with no binary operation`)
  const apply = binaryOf(step.fn, dtype)
  return (inputs) => {
    const made = elements(inputs)
    const [out] = made
    if (out === undefined || length === 0) return made
    for (let start = 0; start < out.length; start++) {
      if (Math.floor(start / stride) % length !== 0) continue
      let sum = unit ?? 0
      for (let k = 0; k < length; k++) {
        const at = start + stride * (loop.reverse ? length - 1 - k : k)
        sum = apply(sum, out[at] ?? 0)
        out[at] = sum
      }
    }
    return made
  }
}

function compileScatter(loop: ScatterLoop): Run {
  const start = compileMap(mapLoop(loop.inputs, loop.shape, () => loop.init))
  const strides = stridesOf(loop.shape)
  const add = binaryOf("add", loop.init.dtype)
  let out: Numbers = new Uint8Array(0)
  const put = nest(loop.over, [loop.value, ...loop.at], ([value, ...at], get) => () => {
    let offset = 0
    for (let d = 0; d < at.length; d++) {
      const x = get(at[d] ?? 0)
      if (x < 0 || x >= (loop.shape[d] ?? 0)) return
      offset += x * (strides[d] ?? 0)
    }
    out[offset] = add(out[offset] ?? 0, get(value ?? 0))
  })
  return (inputs) => {
    const made = start(inputs)
    const [first] = made
    if (first === undefined) throw internal("a scatter without a result")
    out = first
    put(inputs)
    out = new Uint8Array(0)
    return made
  }
}
