import { expect, test } from "vitest"
import { EngineError } from "../../../src/autodiff/errors.ts"
import { adds, calls, ground, hangs, type Made, makePool, rounds, sleeps, traps } from "./toys.ts"

function failureOf(run: () => void): EngineError {
  try {
    run()
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error("it did not fail")
}
function isWhole({ pool, words }: Made): void {
  words.fill(0, ground / 4, ground / 4 + 64)
  pool.run(pool.define(rounds), [ground, 100])
  const lines = Array.from({ length: pool.parts }, (_, part) =>
    words.slice(ground / 4 + 16 * part, ground / 4 + 16 * part + 2),
  )
  expect(lines.map((line) => [...line])).toEqual(lines.map(() => [100, 0]))
}

test("a worker that never comes back is found, named, ended, and then everything runs on one thread", async () => {
  const made = makePool(3, { lost: { after: 300 } })
  const { pool } = made
  expect(pool.waitUntilReady(10_000)).toBe(true)
  const [hanging, adding] = [pool.define(hangs), pool.define(adds)]
  const started = performance.now()
  const error = failureOf(() => pool.run(hanging, [0, 2]))
  const took = performance.now() - started
  expect(error.code).toBe("worker-lost")
  expect(error.message).toMatch(
    /^wasm: worker 2 did not come to barrier 2 within 0\.\d s, where the main thread's own part took 0\.\d s/,
  )
  expect(error.details.workers).toEqual([2])
  expect(took).toBeGreaterThan(300)
  expect(took).toBeLessThan(3000)
  expect(pool.broken).toBe(true)
  expect(pool.isGone()).toBe(false)
  expect(failureOf(() => pool.run(adding, [ground, 1])).message).toMatch(/await something/)
  await pool.gone
  expect(pool.isGone()).toBe(true)
  pool.run(adding, [ground, 1])
  expect([made.words[ground / 4], made.words[ground / 4 + 16]]).toEqual([1, 0])
})

test("a worker may take long where the main thread's part did", () => {
  const made = makePool(2, { lost: { after: 40, times: 20 } })
  const { pool } = made
  pool.waitUntilReady(10_000)
  // The main thread's part takes 50 ms, the worker's ten times as long: more than 40 ms, less than 20 times 50.
  pool.run(pool.define(sleeps), [50, 500])
  expect(pool.broken).toBe(false)
  isWhole(made)
  pool.close()
})

test.each([1, 2])("part %i fails: the error says how, and the next job is whole", (part) => {
  const made = makePool(3)
  const { pool } = made
  pool.waitUntilReady(10_000)
  const id = pool.define(traps)
  for (let k = 0; k < 20; k++) {
    const started = performance.now()
    const error = failureOf(() => pool.run(id, [0, part]))
    expect(error.code).toBe("worker-lost")
    expect(error.message).toMatch(`wasm: worker ${part} failed in its part of a call: RuntimeError: unreachable;`)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(pool.broken).toBe(false)
    isWhole(made)
  }
  pool.close()
})

test("the main thread's part fails: its own error comes out, and the next job is whole", () => {
  const mine = new Error("a routine failed")
  const made = makePool(3, {
    host: {
      host: () => {
        throw mine
      },
    },
  })
  const { pool } = made
  pool.waitUntilReady(10_000)
  const [calling, trapping] = [pool.define(calls), pool.define(traps)]
  for (let k = 0; k < 20; k++) {
    expect(() => pool.run(calling, [0, 0])).toThrow(mine)
    isWhole(made)
    expect(() => pool.run(trapping, [0, 0])).toThrow(WebAssembly.RuntimeError)
    isWhole(made)
  }
  expect(pool.broken).toBe(false)
  pool.close()
})

test("a function of the main thread is refused on others", () => {
  const made = makePool(2, { host: { host: () => {} } })
  const { pool } = made
  pool.waitUntilReady(10_000)
  expect(failureOf(() => pool.run(pool.define(calls), [0, 1])).message).toMatch(
    /worker 1 failed.*host exists on the main thread only, and part 1 called it/,
  )
  isWhole(made)
  pool.close()
})

test("what a host function runs meanwhile has one part", () => {
  const made: Made = makePool(3, { host: { host: () => made.pool.run(adding, [ground, 1]) } })
  const { pool, words } = made
  pool.waitUntilReady(10_000)
  const adding = pool.define(adds)
  pool.run(pool.define(calls), [0, 0])
  expect([0, 16, 32].map((k) => words[ground / 4 + k])).toEqual([1, 0, 0])
  isWhole(made)
  pool.close()
})
