/** What the parts of the driver's generator share: the function under construction, and where a plan's values lie. */
import { internal } from "../../../autodiff/errors.ts"
import type { ArrayType, Loop } from "../../../autodiff/program/loop/loop.ts"
import { byteLength, type MemoryPlan, type Place } from "../../compile/memory/memory-plan.ts"
import type { LoopStep, Plan, Slot } from "../../compile/plan.ts"
import { add, type Code, call, get, i32, i32Const, memoryCopy, set } from "../encode.ts"
import type { ImportedFunction } from "../module.ts"
import type { Region, Script } from "./script.ts"

/** What a driver has to know of a kernel. */
export interface Callee {
  /** Its number among the definitions that all threads know. */
  readonly definition: number
  /** Bytes of scratch memory for each part. */
  readonly scratch: number
  /** How many parts at most get any work. */
  readonly splits: number
  /** Nanoseconds on one core, roughly. */
  readonly work: number
}
export interface DriverOptions {
  readonly callee: (step: LoopStep) => Callee
  /** The number of a host routine, for the import `host(routine, list of addresses)`. */
  readonly routine: (loop: Loop) => number
  /** How many threads there may be; with one there is nothing to share. */
  readonly threads: number
  /** Sharing a step out costs a barrier: less work than so many nanoseconds is not worth it. */
  readonly worthSharing: number
  /** Whether to call the import `mark(n)` after the n-th of the driver's `marks`. */
  readonly timed: boolean
}

/** The parameters of a driver. */
export const [args, part, parts] = [0, 1, 2]

/** The function under construction. */
export interface Build {
  readonly options: DriverOptions
  readonly local: () => number
  /** The number of an imported function of so many words. */
  readonly imported: (name: string, parameters: number) => number
  /** The number of the imported kernel. */
  readonly kernel: (definition: number, parameters: number) => number
  /** Where the frame begins. */
  readonly frame: number
  readonly marks: LoopStep[]
  /** A name that no other space has. */
  readonly newSpace: () => string
}
export function newBuild(options: DriverOptions): Build & {
  readonly imports: readonly ImportedFunction[]
  readonly kernels: readonly number[]
  readonly locals: readonly (typeof i32)[]
} {
  const locals: (typeof i32)[] = []
  const imports: ImportedFunction[] = []
  const kernels: number[] = []
  let spaces = 0
  const local = (): number => parts + locals.push(i32)
  const imported = (name: string, parameters: number): number => {
    const known = imports.findIndex((f) => f.name === name)
    if (known >= 0) return known
    return imports.push({ name, signature: { params: new Array<typeof i32>(parameters).fill(i32), results: [] } }) - 1
  }
  return {
    options,
    local,
    imported,
    kernel: (definition, parameters) => {
      const known = kernels.indexOf(definition)
      return imported(`k${known < 0 ? kernels.push(definition) - 1 : known}`, parameters)
    },
    frame: local(),
    marks: [],
    newSpace: () => `space ${spaces++}`,
    imports,
    kernels,
    locals,
  }
}

/** Code that gives an address, and what memory it is, for telling whether two steps touch the same. */
export interface Spot {
  readonly code: Code
  readonly space: string
  /** Where in the space it begins. */
  readonly from: number
}
/** A plan's surroundings: where its inputs are and its results shall be, and where in the frame its own memory begins. */
export interface Scene {
  readonly plan: Plan
  readonly memory: MemoryPlan
  readonly inputs: readonly Spot[]
  readonly outputs: readonly Spot[]
  readonly base: number
  readonly script: Script
}

export const inFrame = (build: Build, offset: number): Spot => ({
  code: [get(build.frame), i32Const(offset), add],
  space: "frame",
  from: offset,
})
/** A pointer that changes from round to round: its local, and what it shows. */
export interface Pointer {
  readonly local: number
  readonly spot: Spot
}
export function newPointer(build: Build, script: Script, start: Code, space = build.newSpace()): Pointer {
  const local = build.local()
  script.everyone([start, set(local)])
  return { local, spot: { code: get(local), space, from: 0 } }
}

export function spotOf(build: Build, scene: Scene, place: Place | undefined): Spot {
  if (place === undefined) throw internal("a value of a plan has no place")
  if (place.kind === "frame") return inFrame(build, scene.base + place.offset)
  const spots = place.kind === "input" ? scene.inputs : scene.outputs
  return spots[place.index] ?? missing(place.index)
}
export const at = (build: Build, scene: Scene, slot: Slot): Spot => spotOf(build, scene, scene.memory.places[slot])
export const typeOf = (plan: Plan, slot: Slot): ArrayType => plan.slots[slot] ?? missing(slot)
export const bytesAt = (scene: Scene, slot: Slot): number => byteLength(typeOf(scene.plan, slot))

export const regionOf = ({ space, from }: Spot, bytes: number): Region => ({ space, from, to: from + bytes })
export const regionsOf = (build: Build, scene: Scene, slots: readonly Slot[]): readonly Region[] =>
  slots.map((s) => regionOf(at(build, scene, s), bytesAt(scene, s)))

export function copy(script: Script, to: Spot, from: Spot, bytes: number): void {
  if (to === from || bytes === 0) return
  const touched = { reads: [regionOf(from, bytes)], writes: [regionOf(to, bytes)] }
  script.alone(memoryCopy(to.code, from.code, i32Const(bytes)), touched)
}
export const callOf = (build: Build, name: string, ...values: readonly Code[]): Code => [
  values,
  call(build.imported(name, values.length)),
]

export const missing = (n: number): never => {
  throw internal(`a plan and its memory do not match at ${n}`)
}
