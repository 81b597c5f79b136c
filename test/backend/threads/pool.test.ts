import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { hostFunctions } from "../../../src/backend/wasm/kernel.ts"
import { workerHostFunctions } from "../../../src/backend/wasm/threads/worker.ts"
import { adds, barriers, doubles, doubling, ground, type Made, type Maker, makePool, rounds } from "./toys.ts"

const open: Made[] = []
const pools: Maker = (...asked) => {
  const made = makePool(...asked)
  open.push(made)
  return made
}
afterEach(async () => {
  for (const { pool } of open.splice(0)) {
    pool.close()
    await pool.gone
  }
})
const linesOf = ({ pool, words }: Made, word: number): readonly number[] =>
  Array.from({ length: pool.parts }, (_, part) => words[ground / 4 + 16 * part + word] ?? Number.NaN)

describe.each([1, 2, 3, 4])("%i threads", (threads) => {
  test("10,000 rounds of one job: what is written before a barrier is there after it", () => {
    const made = pools(threads)
    const { pool } = made
    expect(pool.waitUntilReady(10_000)).toBe(threads > 1)
    pool.run(pool.define(rounds), [ground, 10_000])
    expect(linesOf(made, 0)).toEqual(new Array(threads).fill(10_000))
    expect(linesOf(made, 1)).toEqual(new Array(threads).fill(0))
  })

  test("10,000 jobs of one round, all of them whole when run returns", () => {
    const made = pools(threads)
    const { pool, words } = made
    pool.waitUntilReady(10_000)
    const id = pool.define(rounds)
    const again = pool.define(adds)
    for (let k = 0; k < 10_000; k += 2) {
      pool.run(id, [ground, 1])
      pool.run(again, [ground + 8, 1])
      if (words[ground / 4 + 16 * (threads - 1) + 2] !== k / 2 + 1) throw new Error(`job ${k} was not done`)
    }
    expect(linesOf(made, 1)).toEqual(new Array(threads).fill(0))
    expect(linesOf(made, 2)).toEqual(new Array(threads).fill(5000))
  })
})

test("a job runs on as many parts as asked, at most, in any order of numbers", () => {
  const made = pools(4)
  made.pool.waitUntilReady(10_000)
  const id = made.pool.define(rounds)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 40 }), (asked) => {
      for (const most of asked) {
        made.words.fill(0, ground / 4, ground / 4 + 64)
        made.pool.run(id, [ground, 3], most)
        expect(linesOf(made, 0)).toEqual([0, 1, 2, 3].map((part) => (part < most ? 3 : 0)))
        expect(linesOf(made, 1)).toEqual([0, 0, 0, 0])
      }
    }),
    { numRuns: 25 },
  )
})

test("while workers come up a job has one part, and it has all of them without the event loop having turned", () => {
  const made = pools(3)
  const { pool } = made
  const id = pool.define(adds)
  pool.run(id, [ground, 1])
  expect(linesOf(made, 0)).toEqual([1, 0, 0])
  expect(pool.ready()).toBe(false)
  const until = performance.now() + 20_000
  while (!pool.ready() && performance.now() < until) pool.run(id, [ground + 4, 1])
  expect(pool.ready()).toBe(true)
  pool.run(id, [ground, 1])
  expect(linesOf(made, 0)).toEqual([2, 1, 1])
})

test("definitions made while workers sleep, that import from earlier ones, some of them forgotten", () => {
  const made = pools(3)
  const { pool, words } = made
  pool.waitUntilReady(10_000)
  pool.run(pool.define(barriers), [0, 2])
  const sleeping = new Int32Array(new SharedArrayBuffer(4))
  for (let k = 0; k < 5; k++) {
    Atomics.wait(sleeping, 0, 0, 30)
    const base = pool.define(doubling)
    const id = pool.define(doubles(base))
    if (k % 2 === 0) pool.forget(base)
    words.fill(k + 1, ground / 4, ground / 4 + 64)
    pool.run(id, [ground, 0])
    expect(linesOf(made, 0)).toEqual(new Array(3).fill(2 * k + 2))
    if (k % 2 === 1) pool.forget(base)
    pool.run(id, [ground, 0])
    expect(linesOf(made, 0)).toEqual(new Array(3).fill(4 * k + 4))
    pool.forget(id)
    expect(() => pool.run(id, [ground, 0])).toThrow(/no definition/)
  }
})

test("the memory may grow between jobs, and definitions reach what was added", () => {
  const made = pools(2)
  const { pool } = made
  pool.waitUntilReady(10_000)
  const id = pool.define(adds)
  pool.run(id, [ground, 1])
  const end = made.memory.buffer.byteLength
  made.memory.grow(10)
  pool.run(id, [end + 65_536, 7])
  expect([0, 16].map((k) => new Int32Array(made.memory.buffer)[(end + 65_536) / 4 + k])).toEqual([7, 7])
})

test("a closed pool runs on the calling thread", async () => {
  const made = pools(2)
  const { pool } = made
  pool.waitUntilReady(10_000)
  const id = pool.define(adds)
  pool.run(id, [ground, 1])
  pool.close()
  await pool.gone
  expect(pool.isGone()).toBe(true)
  pool.run(id, [ground, 1])
  expect(linesOf(made, 0)).toEqual([2, 1])
})

test("workers have the host functions of the main thread, to the bit", () => {
  const theirs: unknown = new Function(`return ${workerHostFunctions}`)()
  if (theirs === null || typeof theirs !== "object") throw new Error("no functions")
  const names = Object.keys(hostFunctions)
  expect(Object.keys(theirs)).toEqual(names)
  const call = (of: object, name: string, a: number, b: number): unknown => Reflect.get(of, name)(a, b)
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.double(), fc.double(), fc.integer(), fc.integer(), (name, a, b, i, j) => {
      for (const [x, y] of [
        [a, b],
        [i, j],
        [i, b],
        [i % 40, j % 20],
      ] as const)
        expect(call(theirs, name, x, y)).toBe(call(hostFunctions, name, x, y))
    }),
    { numRuns: 2000 },
  )
})
