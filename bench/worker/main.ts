/** A contender in Node: answers the coordinator's requests, one after the other (see harness/protocol.ts). */
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { setImmediate as turn } from "node:timers/promises"
import { contenderNamed, type Library } from "../harness/contenders.ts"
import { type Hello, type Observed, type Prepared, packed, type Request, type Turn } from "../harness/protocol.ts"
import type { Row, Task } from "../harness/row.ts"
import { rowNamed } from "../rows/index.ts"
import { introduce } from "./introduce.ts"

const contender = contenderNamed(process.argv[2] ?? "")
if (contender === undefined) throw new Error(`worker: there is no contender ${process.argv[2]}`)

interface Current {
  readonly task: Task
  /** Milliseconds a call, when warm. */
  readonly each: number
  /** The most calls in a turn: what a library without a dispose makes piles up until the turn is over. */
  readonly most: number
}
let current: Current | undefined

/** Nothing but promises is waited for: an await costs what a small call does. */
async function times(task: Task, calls: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < calls; i++) {
    const pending = task.run()
    if (pending !== undefined) await pending
  }
  return performance.now() - start
}
/** Every turn begins with the memory of the turns before collected; finalisers run in a task after the collection. */
async function collect(): Promise<void> {
  globalThis.gc?.()
  await turn()
  await turn()
}

const sideOf = (row: Row, library: Library) => (library === "torch" ? undefined : row.sides[library])

async function prepare(name: string): Promise<Prepared> {
  const side = sideOf(rowNamed(name), contender!.library)
  if (side === undefined) throw new Error(`${name}: ${contender!.label} has no side of this row`)
  const task = await side()
  const first = await times(task, 1)
  const outputs = await task.outputs()
  const bytes = outputs.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const most = Math.max(2, Math.floor(pileUp / Math.max(bytes, 64)))
  let [warm, calls] = [0, 0]
  while (calls < most && warm < 200 && first < slow) {
    warm += await times(task, 1)
    calls++
  }
  current = { task, each: calls === 0 ? first : warm / calls, most }
  return { first, outputs: outputs.map(packed) }
}
const pileUp = 64 * 2 ** 20
/** Milliseconds beyond which a call is its own warm-up. */
const slow = 1000

async function takeTurn({ task, each, most }: Current, milliseconds: number): Promise<Turn> {
  await collect()
  // Caches hold another contender's operands now, and threads are asleep.
  if (each < slow) await times(task, 1)
  const batch = Math.max(1, Math.ceil(resolution / each))
  const samples: number[] = []
  const start = performance.now()
  for (let calls = 0; samples.length === 0 || calls + batch <= most; calls += batch) {
    samples.push((await times(task, batch)) / batch)
    if (performance.now() - start >= milliseconds) break
  }
  return { samples }
}
/** Milliseconds that a sample takes at least. */
const resolution = 0.05

async function answer(request: Request): Promise<Hello | Prepared | Turn | Observed | object> {
  switch (request.do) {
    case "hello":
      return { about: await introduce(contender!) }
    case "prepare":
      return prepare(request.row)
    case "turn":
      if (current === undefined) throw new Error("a turn before it was prepared")
      return takeTurn(current, request.milliseconds)
    case "observe":
      return { figures: await rowNamed(request.row).observe?.() }
    case "release":
      current = undefined
      await collect()
      return {}
  }
}

const say = (reply: object): void => {
  const text = Buffer.from(`${JSON.stringify(reply)}\n`)
  for (let from = 0; from < text.length; ) from += write(text, from)
}
function write(text: Buffer, from: number): number {
  try {
    return writeSync(3, text, from)
  } catch (error) {
    // The pipe is full until the coordinator has read what is in it.
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0
    throw error
  }
}
for await (const line of createInterface({ input: process.stdin })) {
  const request: Request = JSON.parse(line)
  try {
    say({ ok: true, ...(await answer(request)) })
  } catch (error) {
    say({ ok: false, error: error instanceof Error ? (error.stack ?? error.message).slice(0, 1500) : String(error) })
  }
}
process.exit(0)
