import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import { afterAll, beforeAll, expect, test } from "vitest"

const toys = join(import.meta.dirname, "toys.ts")
const folder = mkdtempSync(join(tmpdir(), "cotangent-threads-"))
beforeAll(async () => {
  await build({ entryPoints: [toys], bundle: true, format: "esm", platform: "node", outfile: join(folder, "toys.mjs") })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
  /** Milliseconds from the line "end" on standard output until the process was gone. */
  readonly lasted: number
}
/** Runs a program that imports the toys by `from`, until it ends or ten seconds are over. */
function end(
  program: string,
  { from = join(folder, "toys.mjs"), flags = [] as readonly string[] } = {},
): Promise<Ended> {
  const text = `import { adds, calls, ground, hangs, makePool, rounds } from ${JSON.stringify(from)}
    import { writeSync } from "node:fs"
    const say = (text) => writeSync(1, text + "\\n")
    ${program}`
  const path = join(folder, `${programs++}.mjs`)
  writeFileSync(path, text)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, path], {
      env: { PATH: process.env.PATH },
      timeout: 10_000,
      killSignal: "SIGKILL",
    })
    let [out, errors, ending] = ["", "", Number.NaN]
    child.stdout.on("data", (chunk) => {
      out += String(chunk)
      if (out.includes("end\n")) ending = performance.now()
    })
    child.stderr.on("data", (chunk) => {
      errors += String(chunk)
    })
    child.on("close", (code) => resolve({ code, out, errors, lasted: performance.now() - ending }))
  })
}
let programs = 0

const job = `
  const { pool, words } = makePool(3, { host: { host: () => hosted() } })
  let hosted = () => {}
  if (!pool.waitUntilReady(5000)) throw new Error("no threads")
  pool.run(pool.define(rounds), [ground, 100])
  if (words[ground / 4 + 32] !== 100) throw new Error("no work was done")
  say("end")
`
/** Busy machines are slow; what never ends takes ten seconds. */
const soon = 3000

test.each([
  ["right after a job", job, 0, ""],
  [
    "while workers come up",
    `const { pool } = makePool(3); pool.run(pool.define(adds), [ground, 1]); say("end")`,
    0,
    "",
  ],
  ["when workers have slept", job.replace('say("end")', 'setTimeout(() => say("end"), 300)'), 0, ""],
  ["by process.exit", `${job}; process.exit(3)`, 3, ""],
  [
    "by process.exit inside a job",
    `${job}; hosted = () => process.exit(4); pool.run(pool.define(calls), [0, 0])`,
    4,
    "",
  ],
  ["by an uncaught exception", `${job}; throw new Error("mine alone")`, 1, "mine alone"],
  [
    "by an exception of a host function",
    `${job}; hosted = () => { throw new Error("of a host") }; pool.run(pool.define(calls), [0, 0])`,
    1,
    "of a host",
  ],
  [
    "with a worker that never ends",
    `const { pool } = makePool(3, { lost: { after: 200 } })
     pool.waitUntilReady(5000)
     try { pool.run(pool.define(hangs), [0, 1]) } catch (error) { console.error(error.code) }
     say("end")`,
    0,
    "worker-lost",
  ],
])("a process ends by itself: %s", async (_, program, code, says) => {
  const ended = await end(program)
  expect(ended.errors).toContain(says)
  if (says === "") expect(ended.errors).toBe("")
  expect(ended.code).toBe(code)
  expect(ended.out).toBe("end\n")
  expect(ended.lasted).toBeLessThan(soon)
})

const inWorker = (after: string): string => `
  import { isMainThread, parentPort, Worker } from "node:worker_threads"
  if (isMainThread) {
    const worker = new Worker(new URL(import.meta.url))
    worker.on("exit", (code) => { say("exit " + code); say("end") })
    ${after}
  } else {
    ${job.replace('say("end")', 'say("worked")')}
    globalThis.kept = pool
    if (${after !== ""}) setInterval(() => parentPort.postMessage("worked"), 100)
  }
`
test("in a thread of the user's own, which ends by itself", async () => {
  const ended = await end(inWorker(""))
  expect(ended).toMatchObject({ errors: "", out: "worked\nexit 0\nend\n", code: 0 })
  expect(ended.lasted).toBeLessThan(soon)
})
test("in a thread of the user's own, which is terminated", async () => {
  const ended = await end(inWorker('worker.on("message", () => worker.terminate())'))
  expect(ended).toMatchObject({ errors: "", out: "worked\nexit 1\nend\n", code: 0 })
  expect(ended.lasted).toBeLessThan(soon)
})

test("under tsx", async () => {
  const ended = await end(job, { from: toys, flags: ["--import", import.meta.resolve("tsx")] })
  expect(ended).toMatchObject({ errors: "", out: "end\n", code: 0 })
  expect(ended.lasted).toBeLessThan(soon)
})

test.skipIf(process.platform !== "linux")("a pool that is dropped leaves no threads behind", async () => {
  const ended = await end(
    `
    import { readdirSync } from "node:fs"
    import { setTimeout } from "node:timers/promises"
    const count = () => readdirSync("/proc/self/task").length
    function use() {
      const { pool } = makePool(4)
      if (!pool.waitUntilReady(5000)) throw new Error("no threads")
      pool.run(pool.define(adds), [ground, 1])
    }
    for (let k = 0; k < 3; k++) use()
    const before = count()
    for (let k = 0; k < 50 && count() > before - 9; k++) {
      gc()
      await setTimeout(100)
    }
    say(before - count() >= 9 ? "all gone" : before + " threads became " + count())
    say("end")`,
    { flags: ["--expose-gc"] },
  )
  expect(ended).toMatchObject({ errors: "", out: "all gone\nend\n", code: 0 })
})
