/** The steps of a plan, one after the other; those that hold sub-plans are in control.ts. */

import { sizeOf } from "../../../autodiff/program/loop/loop.ts"
import type { LoopStep, Plan, Slot, Step } from "../../compile/plan.ts"
import { readBy, writtenBy } from "../../compile/plan-of.ts"
import { constantCode } from "../emit/emitter.ts"
import { add, type Code, call, get, i32, i32Const, memoryCopy, storeTo } from "../encode.ts"
import { localType } from "../instructions.ts"
import { runControl } from "./control.ts"
import {
  at,
  type Build,
  bytesAt,
  callOf,
  copy,
  type DriverOptions,
  inFrame,
  missing,
  part,
  parts,
  regionOf,
  regionsOf,
  type Scene,
  spotOf,
  typeOf,
} from "./scene.ts"
import { soloScript, teamScript } from "./script.ts"

export function runSteps(build: Build, scene: Scene): void {
  scene.plan.steps.forEach((step, n) => {
    const memory = scene.memory.steps[n]
    if (step.kind === "view") return
    if (step.kind === "constant") fillWith(build, scene, step.output, step.value)
    else if (memory === undefined) missing(n)
    else if (step.kind === "loop") runLoop(build, scene, step, memory.kind === "loop" ? memory.scratch : missing(n))
    else {
      const { script } = scene
      const isShared = script.isShared && sharedInside(step, build.options)
      const inside = isShared ? teamScript(part, callOf(build, "barrier", get(parts))) : soloScript()
      runControl(build, { ...scene, script: inside }, step, memory, runPart)
      if (isShared) {
        script.meet()
        inside.meet()
        script.everyone(inside.code())
      } else {
        const frame = { space: "frame", from: 0, to: Number.POSITIVE_INFINITY }
        const writes = [...regionsOf(build, scene, writtenBy(step)), frame]
        script.alone(inside.code(), { reads: regionsOf(build, scene, readBy(step)), writes })
      }
    }
  })
}
/** A sub-plan: what is not computed where it is wanted is copied there at the end. */
function runPart(build: Build, scene: Scene): void {
  runSteps(build, scene)
  scene.plan.outputs.forEach((slot, k) => {
    const to = scene.outputs[k] ?? missing(k)
    copy(scene.script, to, spotOf(build, scene, scene.memory.results[k]), bytesAt(scene, slot))
  })
}

/** Whether any step of the plan is shared out. */
export const sharesAny = (plan: Plan, options: DriverOptions): boolean =>
  plan.steps.some((step) => (step.kind === "loop" ? isWorthSharing(step, options) : sharedInside(step, options)))
function sharedInside(step: Step, options: DriverOptions): boolean {
  switch (step.kind) {
    case "scan":
      return sharesAny(step.body, options)
    case "while":
      return sharesAny(step.test, options) || sharesAny(step.body, options)
    case "cond":
      return step.branches.some((b) => sharesAny(b, options))
    default:
      return false
  }
}
function isWorthSharing(step: LoopStep, options: DriverOptions): boolean {
  if (options.threads === 1 || step.loop.form === "view" || step.loop.form === "routine") return false
  const { splits, work } = options.callee(step)
  return splits > 1 && work >= options.worthSharing
}

function fillWith(build: Build, scene: Scene, slot: Slot, value: number): void {
  const { dtype, shape } = typeOf(scene.plan, slot)
  const [spot, bytes] = [at(build, scene, slot), bytesAt(scene, slot)]
  if (bytes === 0) return
  const code: Code[] = [storeTo(localType(dtype), spot.code, constantCode(dtype, value), 0)]
  // What is filled is copied behind itself.
  for (let filled = bytes / sizeOf(shape); filled < bytes; filled *= 2) {
    const behind: Code = [spot.code, i32Const(filled), add]
    code.push(memoryCopy(behind, spot.code, i32Const(Math.min(filled, bytes - filled))))
  }
  scene.script.alone(code, { reads: [], writes: [regionOf(spot, bytes)] })
}

function runLoop(build: Build, scene: Scene, step: LoopStep, scratchAt: number): void {
  const { options } = build
  const { script } = scene
  const [reads, writes] = [regionsOf(build, scene, step.inputs), regionsOf(build, scene, step.outputs)]
  const addresses = [...step.inputs, ...step.outputs].map((s) => at(build, scene, s).code)
  const scratch = inFrame(build, scene.base + scratchAt)
  if (step.loop.form === "view") {
    const [from = missing(0)] = step.inputs
    const [to = missing(0)] = step.outputs
    copy(script, at(build, scene, to), at(build, scene, from), bytesAt(scene, to))
  } else if (step.loop.form === "routine") {
    const list = addresses.map((address, k) => storeTo(i32, scratch.code, address, 4 * k))
    const code: Code = [list, callOf(build, "host", i32Const(options.routine(step.loop)), scratch.code)]
    script.alone(code, { reads, writes: [...writes, regionOf(scratch, 4 * addresses.length)] })
  } else {
    const kernel = options.callee(step)
    const isShared = script.isShared && isWorthSharing(step, options)
    const parameters = [...addresses, ...(kernel.scratch > 0 ? [scratch.code] : [])]
    const who: Code = isShared ? [get(part), get(parts)] : [i32Const(0), i32Const(1)]
    const code: Code = [parameters, who, call(build.kernel(kernel.definition, parameters.length + 2))]
    const own = regionOf(scratch, kernel.scratch * (isShared ? options.threads : 1))
    const touched = { reads, writes: kernel.scratch > 0 ? [...writes, own] : writes }
    if (isShared) script.shared(code, touched)
    else script.alone(code, touched)
  }
  if (options.timed) {
    script.meet()
    script.alone(callOf(build, "mark", i32Const(build.marks.push(step) - 1)), { reads: [], writes: [] })
  }
}
