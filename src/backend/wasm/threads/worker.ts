/**
 * What a worker runs, as text: a file of its own would have to be found by every bundler and test runner, and a function
 * turned into text would carry along what they add to it. It waits for jobs and never returns to its event loop.
 */
import { barrierAt, controlBytes, jobAt, ofThread, threadAt } from "./layout.ts"

/** Functions of the host that are JavaScript's own. */
export const namesInMath = [
  "exp",
  "expm1",
  "log",
  "log2",
  "log10",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "cbrt",
  "pow",
  "atan2",
] as const

/** The functions of `hostFunctions`, once more: they cannot be sent. */
export const workerHostFunctions = `{
  ${namesInMath.map((name) => `${name}: Math.${name},`).join("\n  ")}
  exp2: (a) => 2 ** a,
  rem: (a, b) => a % b,
  "pow i32": (a, b) => a ** b,
  "pow u32": (a, b) => (a >>> 0) ** (b >>> 0),
}`

const word = (bytes: number): number => bytes / 4

/** `workerData` of a worker, beside the port of its messages. */
export interface WorkerData {
  readonly memory: WebAssembly.Memory
  readonly control: number
  readonly part: number
  readonly sync: WebAssembly.Module
  /** Names of functions that only the main thread has. */
  readonly mainOnly: readonly string[]
  /** Milliseconds to look for the next job before going to sleep. */
  readonly spin: number
}
/** One definition, or, without a module, the end of one. */
export interface Message {
  readonly id: number
  readonly module?: WebAssembly.Module
  readonly imports: readonly { readonly name: string; readonly from: number; readonly export: string }[]
}

export const workerSource = `"use strict"
const { workerData, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads")
const { memory, control, part, sync, mainOnly, spin, port } = workerData
const words = new Int32Array(memory.buffer, control, ${word(controlBytes)})
const mine = ${word(threadAt(0))} + part * ${word(threadAt(1) - threadAt(0))}
const [job, asleep, up, done] = [${[ofThread.job, ofThread.asleep, ofThread.up, ofThread.done].map(word).join(", ")}].map((k) => mine + k)

const abandonment = new Error("the job was given up")
const e = {
  memory,
  ...${workerHostFunctions},
  ...Object.fromEntries(mainOnly.map((name) => [name, () => {
    throw new Error(name + " exists on the main thread only, and part " + part + " called it")
  }])),
}
const barrier = new WebAssembly.Instance(sync, {
  e: { memory, abandoned: () => { throw abandonment }, overdue: () => {}, passed: () => {} },
}).exports.barrier

// Instantiated when first needed: much of what is defined runs on the main thread alone.
const definitions = new Map([[0, { exports: { barrier } }]])
let taken = 0
function takeMessages() {
  const posted = Atomics.load(words, ${word(jobAt.posted)})
  while (taken !== posted) {
    taken++
    for (const { id, module, imports } of receiveMessageOnPort(port).message) {
      if (module === undefined) definitions.delete(id)
      else definitions.set(id, { module, imports: imports.map((i) => [i.name, definitions.get(i.from), i.export]) })
    }
  }
}
function exportsOf(definition) {
  if (definition.exports === undefined) {
    const imported = definition.imports.map(([name, from, it]) => [name, exportsOf(from)[it]])
    const { exports } = new WebAssembly.Instance(definition.module, { e: { ...e, ...Object.fromEntries(imported) } })
    definition.exports = exports
  }
  return definition.exports
}

function nextJob(last) {
  const until = performance.now() + spin
  do {
    for (let k = 0; k < 64; k++) {
      const now = Atomics.load(words, job)
      if (now !== last) return now
    }
  } while (performance.now() < until)
  // Whoever brings a job writes it, then looks whether this thread sleeps; so one of the two sees the other.
  Atomics.store(words, asleep, 1)
  for (;;) {
    Atomics.wait(words, job, last)
    const now = Atomics.load(words, job)
    if (now === last) continue
    Atomics.store(words, asleep, 0)
    return now
  }
}
function runJob() {
  takeMessages()
  const parts = words[${word(jobAt.parts)}]
  const { plan } = exportsOf(definitions.get(words[${word(jobAt.definition)}]))
  const count = words[${word(jobAt.count)}]
  if (count === 1) plan(words[${word(jobAt.arguments)}], part, parts)
  else plan(...words.subarray(${word(jobAt.arguments)}, ${word(jobAt.arguments)} + count), part, parts)
  barrier(parts)
}

let last = 0
Atomics.store(words, up, 1)
for (;;) {
  last = nextJob(last)
  try {
    runJob()
  } catch (error) {
    if (error !== abandonment) {
      port.postMessage({ part, message: String(error), stack: String(error?.stack) })
      Atomics.or(words, ${word(barrierAt.phase)}, 1)
      Atomics.notify(words, ${word(barrierAt.phase)})
    }
  }
  Atomics.store(words, done, last)
}
`
