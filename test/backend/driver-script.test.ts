/** Barriers where they are needed: scripts of random pieces, run by several threads as unfairly as can be. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Region, soloScript, type Touched, teamScript } from "../../src/backend/wasm/driver/script.ts"
import { type Code, call, eqz, get, i32Const } from "../../src/backend/wasm/encode.ts"

const cells = 6
const spaces = ["frame", "result"]
interface Piece {
  readonly kind: "alone" | "shared" | "everyone" | "meet"
  readonly touched: Touched
}
const region: fc.Arbitrary<Region> = fc
  .tuple(fc.constantFrom(...spaces), fc.nat({ max: cells - 1 }), fc.integer({ min: 1, max: 3 }))
  .map(([space, from, more]) => ({ space, from, to: Math.min(cells, from + more) }))
const regions = fc.array(region, { maxLength: 2 })
const piece: fc.Arbitrary<Piece> = fc.record({
  kind: fc.constantFrom("alone", "alone", "shared", "shared", "everyone", "meet"),
  touched: fc.record({ reads: regions, writes: regions }),
})

const cellsOf = (all: readonly Region[]): readonly number[] => [
  ...new Set(
    all.flatMap(({ space, from, to }) =>
      Array.from({ length: to - from }, (_, k) => spaces.indexOf(space) * cells + from + k),
    ),
  ),
]

/** What a thread does next: one access to memory, or coming to a barrier. */
type Action = "barrier" | { readonly piece: number; readonly cell: number; readonly write: boolean }

const turn: Code = get(1)
const barrier: Code = call(0)
const codeOf = (n: number): Code => [i32Const(n)]

/** A team's script for all of these pieces, as the actions of one thread. */
function actionsOf(pieces: readonly Piece[], part: number, parts: number): readonly Action[] {
  const script = teamScript(1, barrier)
  const codes = pieces.map((_, n) => codeOf(n))
  pieces.forEach(({ kind, touched }, n) => {
    const code = codes[n] ?? []
    if (kind === "alone") script.alone(code, touched)
    else if (kind === "shared") script.shared(code, touched)
    else if (kind === "everyone") {
      // What all parts read, one of them wrote: who adds such a piece meets first, as control flow does.
      script.meet()
      script.everyone(code, touched.reads)
    } else script.meet()
  })
  script.meet()

  const actions: Action[] = []
  const access = (n: number): void => {
    const { kind, touched } = pieces[n] ?? { kind: "meet", touched: { reads: [], writes: [] } }
    const writes = kind === "everyone" ? [] : cellsOf(touched.writes)
    // Shared pieces read all that they read, but what they write as well only where they write it: kernels in place.
    const mine = kind === "shared" ? writes.filter((cell) => cell % parts === part) : writes
    for (const cell of cellsOf(touched.reads))
      if (kind !== "shared" || !writes.includes(cell) || mine.includes(cell))
        actions.push({ piece: n, cell, write: false })
    for (const cell of mine) actions.push({ piece: n, cell, write: true })
  }
  const walk = (code: Code): void => {
    const n = codes.indexOf(code)
    if (code === barrier) actions.push("barrier")
    else if (n >= 0) access(n)
    else {
      const [test, opcode] = code
      if (opcode === 0x04) {
        expect(test).toEqual([turn, eqz])
        if (part > 0) return
      }
      for (const inside of code) if (typeof inside === "object" && !(inside instanceof Uint8Array)) walk(inside)
    }
  }
  walk(script.code())
  return actions
}

/** Memory afterwards, and what each thread found in pieces for everyone. Who goes next is up to `choose`. */
function run(pieces: readonly Piece[], parts: number, choose: (able: readonly number[]) => number) {
  const memory = Array.from({ length: spaces.length * cells }, (_, k) => `${k}`)
  const threads = Array.from({ length: parts }, (_, part) => ({
    actions: actionsOf(pieces, part, parts),
    next: 0,
    found: new Map<number, string[]>(),
    seen: [] as string[],
  }))
  const at = (k: number): Action | undefined => threads[k]?.actions[threads[k].next]
  for (;;) {
    const able = threads.flatMap((_, k) => (at(k) !== undefined && at(k) !== "barrier" ? [k] : []))
    if (able.length === 0) {
      const there = threads.filter((_, k) => at(k) === "barrier")
      if (there.length === 0) break
      // All threads come to the same barriers, or some would wait for ever.
      expect(there.length).toBe(parts)
      for (const thread of threads) thread.next++
      continue
    }
    const thread = threads[choose(able)]
    const action = thread?.actions[thread.next++]
    if (thread === undefined || action === undefined || action === "barrier") throw new Error("nothing to do")
    const { piece: n, cell, write } = action
    const found = thread.found.get(n) ?? []
    thread.found.set(n, found)
    const { kind = "meet", touched } = pieces[n] ?? {}
    if (!write) {
      found.push(`${cell}=${memory[cell]}`)
      if (kind === "everyone") thread.seen.push(`${n}: ${found.at(-1)}`)
    } else {
      // An element of a shared piece depends on what all parts read, and in place on itself.
      const all = cellsOf(touched?.writes ?? [])
      const own = found.filter(
        (f) => kind === "alone" || f.startsWith(`${cell}=`) || !all.includes(Number.parseInt(f, 10)),
      )
      memory[cell] = digest(`${n} ${cell} ${own.join()}`)
    }
  }
  return { memory, seen: threads.map((t) => t.seen) }
}
function digest(text: string): string {
  let h = 0
  for (let k = 0; k < text.length; k++) h = (Math.imul(h, 31) + text.charCodeAt(k)) | 0
  return h.toString(36)
}

const schedules = fc.infiniteStream(fc.nat({ max: 2 ** 20 }))
/** The thread that comes first in the order goes on until it has to wait. */
const unfair = (order: readonly number[]) => (able: readonly number[]) => order.find((k) => able.includes(k)) ?? 0
const runs = { numRuns: Number(process.env.RUNS ?? 1500) }

describe("a script that a team runs", () => {
  const sequences = fc.array(piece, { maxLength: 12 })
  it("gives on any schedule what one thread gives", () => {
    fc.assert(
      fc.property(sequences, fc.integer({ min: 2, max: 4 }), schedules, (pieces, parts, numbers) => {
        const alone = run(pieces, 1, () => 0)
        const orders = Array.from({ length: parts }, (_, first) =>
          Array.from({ length: parts }, (_, k) => (first + k) % parts),
        )
        for (const choose of [
          ...orders.map(unfair),
          (able: readonly number[]) => able[(numbers.next().value ?? 0) % able.length] ?? 0,
        ]) {
          const together = run(pieces, parts, choose)
          expect(together.memory).toEqual(alone.memory)
          for (const seen of together.seen) expect(seen).toEqual(alone.seen[0])
        }
      }),
      runs,
    )
  })

  it("has a barrier only where somebody asks for it or two parts touch the same", () => {
    const apart = (a: readonly Region[], b: readonly Region[]): boolean =>
      !cellsOf(a).some((cell) => cellsOf(b).includes(cell))
    fc.assert(
      fc.property(sequences, (all) => {
        const pieces = all.filter((p) => p.kind === "alone" || p.kind === "shared")
        const actions = actionsOf(pieces, 0, 1)
        const collides = pieces.some((b, k) =>
          pieces
            .slice(0, k)
            .some(
              (a) =>
                (a.kind === "shared" || b.kind === "shared") &&
                !(
                  apart(a.touched.writes, b.touched.writes) &&
                  apart(a.touched.reads, b.touched.writes) &&
                  apart(a.touched.writes, b.touched.reads)
                ),
            ),
        )
        const barriers = actions.filter((a) => a === "barrier").length
        // One at the end, where there is anything to wait for.
        if (!collides) expect(barriers).toBe(pieces.length > 0 ? 1 : 0)
        else expect(barriers).toBeGreaterThan(1)
      }),
      runs,
    )
  })

  it("is the pieces in their order for one thread", () => {
    const script = soloScript()
    const codes = [0, 1, 2].map(codeOf)
    script.alone(codes[0] ?? [], { reads: [], writes: [] })
    script.shared(codes[1] ?? [], { reads: [], writes: [] })
    script.meet()
    script.everyone(codes[2] ?? [])
    expect(script.code()).toEqual(codes)
  })
})
