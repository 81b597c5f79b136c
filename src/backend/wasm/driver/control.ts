/** Scans, while loops and branches: loops over sub-plans, whose carries change places instead of being copied. */
import { byteLength, type Frame, type StepMemory } from "../../compile/memory/memory-plan.ts"
import type { CondStep, Plan, ScanStep, Step, WhileStep } from "../../compile/plan.ts"
import {
  add,
  type Code,
  either,
  endless,
  eqz,
  get,
  gtS,
  i32,
  i32Const,
  leaveIf,
  loadFrom,
  ltS,
  memoryCopy,
  ne,
  select,
  set,
  storeTo,
  sub,
  when,
} from "../encode.ts"
import {
  at,
  type Build,
  callOf,
  copy,
  inFrame,
  missing,
  newPointer,
  type Pointer,
  part,
  parts,
  regionOf,
  type Scene,
  type Spot,
  typeOf,
} from "./scene.ts"
import { type Script, soloScript, teamScript } from "./script.ts"

/** Adds to the scene's script what runs its plan. */
type RunPart = (build: Build, scene: Scene) => void

export function runControl(build: Build, scene: Scene, step: Step, memory: StepMemory, runPart: RunPart): void {
  if (step.kind === "scan" && memory.kind === "scan") scan(build, scene, step, memory, runPart)
  else if (step.kind === "while" && memory.kind === "while") whileLoop(build, scene, step, memory, runPart)
  else if (step.kind === "cond" && memory.kind === "cond") cond(build, scene, step, memory, runPart)
  else missing(0)
}
type MemoryOf<K extends StepMemory["kind"]> = Extract<StepMemory, { readonly kind: K }>

/** A script for what is run again and again inside another, by the same threads. */
const scriptLike = (build: Build, outer: Script): Script =>
  outer.isShared ? teamScript(part, callOf(build, "barrier", get(parts))) : soloScript()
const within = (build: Build, scene: Scene, plan: Plan, frame: Frame): Omit<Scene, "inputs" | "outputs"> => ({
  plan,
  memory: frame.memory,
  base: scene.base + frame.offset,
  script: scriptLike(build, scene.script),
})

/** Where a carry is read in a round and where its next value is written; one place where it is written over. */
interface Carry {
  readonly now: Pointer
  readonly next: Pointer | undefined
  readonly bytes: number
  readonly result: Spot
}
function carriesOf(
  build: Build,
  scene: Scene,
  step: ScanStep | WhileStep,
  spare: readonly (number | undefined)[],
  rounds: number,
): readonly Carry[] {
  return step.carry.map((slot, k): Carry => {
    const bytes = byteLength(typeOf(scene.plan, slot))
    const result = at(build, scene, step.outputs[k] ?? missing(k))
    const offset = spare[k]
    const other = offset === undefined ? undefined : inFrame(build, scene.base + offset)
    // An odd number of rounds ends in the other place.
    const [first, second] = other !== undefined && rounds % 2 === 1 ? [other, result] : [result, other]
    copy(scene.script, first, at(build, scene, slot), bytes)
    const now = newPointer(build, scene.script, first.code)
    const next = second === undefined ? undefined : newPointer(build, scene.script, second.code)
    return { now, next, bytes, result }
  })
}
const exchange = (build: Build, carries: readonly Carry[]): Code => {
  const held = build.local()
  return carries.map(
    ({ now, next }): Code =>
      next === undefined
        ? []
        : [get(now.local), set(held), get(next.local), set(now.local), get(held), set(next.local)],
  )
}
const written = ({ now, next }: Carry): Spot => (next ?? now).spot

function scan(build: Build, scene: Scene, step: ScanStep, memory: MemoryOf<"scan">, runPart: RunPart): void {
  const { script } = scene
  const { body, length } = step
  const firstY = step.carry.length
  const firstWord = body.outputs.length - body.words
  const carries = carriesOf(build, scene, step, memory.spare, length)
  const words = step.outputs.slice(firstWord).map((s) => at(build, scene, s))
  for (const word of words) zero(script, word)
  if (length === 0) return
  script.meet()

  const rowsOf = (slots: readonly number[], inner: readonly number[]): readonly (Pointer & { bytes: number })[] =>
    slots.map((slot, k) => {
      const bytes = byteLength(typeOf(body, inner[k] ?? missing(k)))
      const { code } = at(build, scene, slot)
      const start: Code = step.reverse ? [code, i32Const(bytes * (length - 1)), add] : code
      return { ...newPointer(build, script, start), bytes }
    })
  const xs = rowsOf(step.xs, body.inputs.slice(step.constants.length + firstY))
  const ys = rowsOf(step.outputs.slice(firstY, firstWord), body.outputs.slice(firstY))
  const elsewhere = memory.rows.map((offset) =>
    offset === undefined ? undefined : inFrame(build, scene.base + offset),
  )
  const now = memory.words.map((offset) => inFrame(build, scene.base + offset))
  const inside: Scene = {
    ...within(build, scene, body, memory.body),
    inputs: [
      ...step.constants.map((s) => at(build, scene, s)),
      ...carries.map((c) => c.now.spot),
      ...xs.map((x) => x.spot),
    ],
    outputs: [...carries.map(written), ...ys.map((y, k) => elsewhere[k] ?? y.spot), ...now],
  }
  runPart(build, inside)
  ys.forEach((y, k) => {
    copy(inside.script, y.spot, elsewhere[k] ?? y.spot, y.bytes)
  })
  words.forEach((word, k) => {
    worst(inside.script, word, now[k] ?? missing(k))
  })
  inside.script.meet()
  const left = build.local()
  const advance = [...xs, ...ys].map(
    ({ local, bytes }): Code => [get(local), i32Const(step.reverse ? -bytes : bytes), add, set(local)],
  )
  script.everyone([
    [i32Const(length), set(left)],
    endless([
      inside.script.code(),
      exchange(build, carries),
      advance,
      [get(left), i32Const(1), sub, set(left)],
      leaveIf([get(left), eqz]),
    ]),
  ])
}

function whileLoop(build: Build, scene: Scene, step: WhileStep, memory: MemoryOf<"while">, runPart: RunPart): void {
  const { script } = scene
  const carries = carriesOf(build, scene, step, memory.spare, 0)
  const words = step.outputs.slice(step.carry.length).map((s) => at(build, scene, s))
  for (const word of words) zero(script, word)
  script.meet()

  const goesOn = inFrame(build, scene.base + memory.goesOn)
  const now = memory.words.map((offset) => inFrame(build, scene.base + offset))
  const constants = (slots: readonly number[]): readonly Spot[] => slots.map((s) => at(build, scene, s))
  const carried = carries.map((c) => c.now.spot)
  const worstOf = (of: Script, from: number, to: number): void => {
    for (let k = from; k < to; k++) worst(of, words[k] ?? missing(k), now[k] ?? missing(k))
  }
  const { words: tested } = step.test
  const test: Scene = {
    ...within(build, scene, step.test, memory.test),
    inputs: [...constants(step.testConstants), ...carried],
    outputs: [goesOn, ...now.slice(0, tested)],
  }
  runPart(build, test)
  worstOf(test.script, 0, tested)
  test.script.meet()
  const body: Scene = {
    ...within(build, scene, step.body, memory.body),
    inputs: [...constants(step.bodyConstants), ...carried],
    outputs: [...carries.map(written), ...now.slice(tested)],
  }
  runPart(build, body)
  worstOf(body.script, tested, words.length)
  body.script.meet()
  const rounds = endless([
    test.script.code(),
    leaveIf([loadFrom(i32, goesOn.code, 0), eqz]),
    body.script.code(),
    exchange(build, carries),
  ])
  // Noted as read: a part that left quickly must not write there before the others have looked.
  script.everyone(rounds, [regionOf(goesOn, 4)])
  for (const { now: at, result, bytes, next } of carries)
    if (next !== undefined && bytes > 0) {
      const code = when([get(at.local), result.code, ne], memoryCopy(result.code, at.spot.code, i32Const(bytes)))
      script.alone(code, { reads: [regionOf(at.spot, bytes)], writes: [regionOf(result, bytes)] })
    }
}

function cond(build: Build, scene: Scene, step: CondStep, memory: MemoryOf<"cond">, runPart: RunPart): void {
  const { script } = scene
  const operands = step.operands.map((s) => at(build, scene, s))
  const outputs = step.outputs.map((s) => at(build, scene, s))
  const results = (step.branches[0]?.outputs.length ?? 0) - (step.branches[0]?.words ?? 0)
  for (const word of outputs.slice(results)) zero(script, word)
  script.meet()
  const chosen = build.local()
  const index = at(build, scene, step.index)
  // Noted as read, as above.
  script.everyone([loadFrom(i32, index.code, 0), set(chosen)], [regionOf(index, 4)])
  let word = results
  const codes = step.branches.map((branch, k): Code => {
    const inside: Scene = {
      ...within(build, scene, branch, memory.branches[k] ?? missing(k)),
      inputs: operands,
      outputs: [...outputs.slice(0, results), ...outputs.slice(word, word + branch.words)],
    }
    word += branch.words
    runPart(build, inside)
    inside.script.meet()
    return inside.script.code()
  })
  // Whatever is below 1 takes the first branch, whatever is beyond the last but one the last.
  const [last = []] = codes.slice(-1)
  script.everyone(
    codes
      .slice(0, -1)
      .reduceRight<Code>((rest, code, k) => either([get(chosen), i32Const(k + 1), ltS], code, rest), last),
  )
}

const noReads: readonly never[] = []
const zero = (script: Script, word: Spot): void =>
  script.alone(storeTo(i32, word.code, i32Const(0), 0), { reads: noReads, writes: [regionOf(word, 4)] })
function worst(script: Script, kept: Spot, now: Spot): void {
  const [a, b] = [loadFrom(i32, kept.code, 0), loadFrom(i32, now.code, 0)]
  const code = storeTo(i32, kept.code, [a, b, a, b, gtS, select], 0)
  script.alone(code, { reads: [regionOf(now, 4)], writes: [regionOf(kept, 4)] })
}
