/** The barrier, as a module: each thread instantiates its own. */
import {
  add,
  and,
  atomicAdd,
  atomicLoad,
  atomicNotify,
  atomicStore,
  atomicWait,
  block,
  branch,
  branchIf,
  type Code,
  call,
  drop,
  endless,
  eq,
  eqz,
  get,
  i32,
  i32Const,
  i64Const,
  leave,
  leaveIf,
  lesser,
  loadFrom,
  loop,
  ltS,
  ne,
  select,
  set,
  shl,
  shrU,
  storeTo,
  sub,
  tee,
  when,
} from "../encode.ts"
import { type ImportedFunction, moduleBytes } from "../module.ts"
import { barrierAt, ofThread, threadAt } from "./layout.ts"

export interface SyncOptions {
  /** The address of the control block. */
  readonly control: number
  /** Whose instance it will be. */
  readonly part: number
  /** How often to look, at most, before going to sleep; at least 1. */
  readonly looks: number
  /** Milliseconds for which to sleep at a time. */
  readonly slice: number
}

/**
 * Exports `barrier(parts)`, which returns on every thread once all of them have called it; what any wrote before is then
 * there for all. It does nothing for one part. Imports of its own:
 *
 * - `abandoned()`: the job was given up, so this has to throw.
 * - `overdue(times)`: still waiting, having slept so many times; it may throw.
 * - `passed()`: after every 16th barrier. A look at the clock after each would cost more than half of them do.
 */
export function syncModule({ control, part, looks, slice }: SyncOptions): Uint8Array<ArrayBuffer> {
  const imports: readonly ImportedFunction[] = [
    { name: "abandoned", signature: { params: [], results: [] } },
    { name: "overdue", signature: { params: [i32], results: [] } },
    { name: "passed", signature: { params: [], results: [] } },
  ]
  const [abandoned, overdue, passed, rest] = [call(0), call(1), call(2), call(4)]
  const at = i32Const(control)
  const [parts, before, now, turns, beat] = [0, 1, 2, 3, 4]
  const { arrived, sleepers, phase } = barrierAt
  const beatAt = threadAt(part) + ofThread.beat
  const patienceAt = threadAt(part) + ofThread.patience
  const nanoseconds = BigInt(Math.round(slice * 1e6))

  const release: Code = [
    // Nobody can arrive again before the phase changes, so this cannot wipe out an arrival.
    atomicStore(at, i32Const(0), arrived),
    [atomicAdd(at, i32Const(2), phase), drop],
    // Who falls asleep counts himself first, then compares the phase: either he is seen here, or he sees the new phase.
    when(atomicLoad(at, sleepers), [atomicNotify(at, i32Const(-1), phase), drop]),
  ]
  const look: Code = [atomicLoad(at, phase), tee(now), get(before), ne]
  // Looking pays where the others run too; where they wait for this very core, it keeps them from it. So a thread that
  // looked in vain looks half as often next time, and one that did not, four times as often. Now and then it looks its
  // fill: threads that wake each other by turns would all find the rest asleep for ever, on cores that are free.
  const patience = loadFrom(i32, at, patienceAt)
  const least = Math.max(1, looks >> 6)
  const spin: Code = block([
    [i32Const(looks), patience, get(beat), i32Const(63), and, eqz, select, set(turns)],
    block([
      loop([branchIf(look, 1), branchIf([get(turns), i32Const(1), sub, tee(turns)], 0)]),
      storeTo(i32, at, [patience, i32Const(1), shrU, i32Const(least), add], patienceAt),
      branch(1),
    ]),
    storeTo(i32, at, lesser([patience, i32Const(2), shl], i32Const(looks)), patienceAt),
    branch(1),
  ])
  // A function of its own: the baseline compiler of Node 20 loses locals across the instruction that waits.
  const restBody: Code = [
    [atomicAdd(at, i32Const(1), sleepers), drop],
    [atomicWait(at, get(0), i64Const(nanoseconds), phase), drop],
    [atomicAdd(at, i32Const(-1), sleepers), drop],
  ]
  const sleep: Code = [
    [i32Const(0), set(turns)],
    endless([[get(turns), overdue], [get(before), rest], leaveIf(look), [get(turns), i32Const(1), add, set(turns)]]),
  ]
  const body: Code = [
    when([get(parts), i32Const(2), ltS], [leave]),
    [loadFrom(i32, at, beatAt), i32Const(1), add, set(beat)],
    storeTo(i32, at, get(beat), beatAt),
    [atomicLoad(at, phase), set(before)],
    when([get(before), i32Const(1), and], abandoned),
    block([
      when([atomicAdd(at, i32Const(1), arrived), get(parts), i32Const(1), sub, eq], [release, branch(1)]),
      spin,
      sleep,
    ]),
    when([get(now), i32Const(1), and], abandoned),
    when([get(beat), i32Const(15), and, eqz], passed),
  ]
  return moduleBytes(
    imports,
    [
      { name: "barrier", params: [i32], locals: [i32, i32, i32, i32], body },
      { name: "rest", params: [i32], locals: [], body: restBody },
    ],
    { shared: true },
  )
}
