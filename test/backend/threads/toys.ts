/** Small definitions for pools, and memories for them. */
import {
  add,
  atomicWait,
  type Code,
  call,
  counted,
  drop,
  endless,
  eq,
  eqz,
  get,
  i32,
  i32Const,
  i64Const,
  loadFrom,
  mul,
  ne,
  select,
  storeTo,
  unreachable,
  when,
} from "../../../src/backend/wasm/encode.ts"
import { type ImportedFunction, moduleBytes } from "../../../src/backend/wasm/module.ts"
import type { Definition } from "../../../src/backend/wasm/threads/definitions.ts"
import { createPool, type Pool, type PoolOptions } from "../../../src/backend/wasm/threads/pool.ts"

export const controlAddress = 1024
/** Where toys may write. */
export const ground = 16384

export interface Made {
  readonly memory: WebAssembly.Memory
  readonly pool: Pool
  /** Of the memory as it was made. */
  readonly words: Int32Array
}
export type Maker = (threads: number, more?: Partial<PoolOptions>) => Made
export const makePool: Maker = (threads, more = {}) => {
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 65536, shared: true })
  const pool = createPool({ memory, control: controlAddress, threads, ...more })
  if (pool === undefined) throw new Error("no threads here")
  return { memory, pool, words: new Int32Array(memory.buffer) }
}

const barrierImport: ImportedFunction = { name: "barrier", signature: { params: [i32], results: [] } }
const barrierOf = { name: "barrier", from: 0, export: "barrier" }

interface Parts {
  readonly imports: readonly ImportedFunction[]
  readonly from: Definition["imports"]
  /** The body of a function of its own, which comes after `plan`. */
  readonly further: Code
}
/** `plan(a, b, part, parts)`, which calls what it imports as `call(0)`, `call(1)`… */
const toy = (locals: number, body: Code, more: Partial<Parts> = {}): Definition => {
  const { imports, from, further } = { imports: [barrierImport], from: [barrierOf], further: [], ...more }
  const functions = [
    { name: "plan", params: [i32, i32, i32, i32], locals: new Array<typeof i32>(locals).fill(i32), body },
    { name: "further", params: [], locals: [], body: further },
  ] as const
  return { bytes: moduleBytes(imports, functions, { shared: true }), imports: from }
}
const [a, b, part, parts] = [get(0), get(1), get(2), get(3)]
const barrier: Code = [parts, call(0)]
const mine: Code = [a, part, i32Const(64), mul, add]

/**
 * In each of b rounds every thread writes the round's number plus one on its own line, from a on, and after a barrier
 * counts in the next word how many lines do not hold it.
 */
export const rounds = toy(2, [
  counted(4, i32Const(0), b, 1, [
    storeTo(i32, mine, [get(4), i32Const(1), add], 0),
    barrier,
    counted(5, i32Const(0), parts, 1, [
      when(
        [loadFrom(i32, [a, get(5), i32Const(64), mul, add], 0), get(4), i32Const(1), add, ne],
        storeTo(i32, mine, [loadFrom(i32, mine, 4), i32Const(1), add], 4),
      ),
    ]),
    barrier,
  ]),
])
/** Only barriers, b of them. */
export const barriers = toy(1, counted(4, i32Const(0), b, 1, barrier))
/** Every thread adds b to its word. */
export const adds = toy(0, storeTo(i32, mine, [loadFrom(i32, mine, 0), b, add], 0))
/** Part b never ends, once it has passed a barrier. */
export const hangs = toy(0, [barrier, when([part, b, eq], endless([])), barrier])
/** Part 0 takes a milliseconds, the others b. */
export const sleeps = toy(1, [counted(4, i32Const(0), [a, b, part, eqz, select], 1, call(2)), barrier], {
  further: [atomicWait(i32Const(ground), i32Const(0), i64Const(1_000_000)), drop],
})
/** Part b fails, once it has passed a barrier. */
export const traps = toy(0, [barrier, when([part, b, eq], [unreachable]), barrier])
/** Part b calls the host function "host". */
export const calls = toy(0, [barrier, when([part, b, eq], [call(1)]), barrier], {
  imports: [barrierImport, { name: "host", signature: { params: [], results: [] } }],
})
/** Exports `double(address)`, which doubles the word there. */
export const doubling: Definition = {
  bytes: moduleBytes(
    [],
    [
      {
        name: "double",
        params: [i32],
        locals: [],
        body: storeTo(i32, get(0), [loadFrom(i32, get(0), 0), i32Const(2), mul], 0),
      },
    ],
    { shared: true },
  ),
  imports: [],
}
/** Every thread doubles its word by what another definition exports. */
export const doubles = (from: number): Definition =>
  toy(0, [mine, call(0)], {
    imports: [{ name: "double", signature: { params: [i32], results: [] } }],
    from: [{ name: "double", from, export: "double" }],
  })
