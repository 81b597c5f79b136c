/**
 * A Plan as one WebAssembly function, which every thread runs: it calls kernels with addresses, and runs scans, while
 * loops and branches itself. `plan(args, part, parts)` reads its addresses from the words at `args`: of the inputs, of the
 * results, of the frame. A step that is worth it is shared out among the parts; part 0 takes all others alone.
 */
import type { MemoryPlan } from "../../compile/memory/memory-plan.ts"
import type { LoopStep, Plan } from "../../compile/plan.ts"
import { type Code, get, i32, loadFrom, set } from "../encode.ts"
import { type ModuleFunction, moduleBytes } from "../module.ts"
import { args, callOf, type DriverOptions, newBuild, newPointer, part, parts, type Spot } from "./scene.ts"
import { soloScript, teamScript } from "./script.ts"
import { runSteps, sharesAny } from "./steps.ts"

export interface Driver {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The definitions of the kernels that it imports as k0, k1, …. */
  readonly kernels: readonly number[]
  /** Other functions that it imports: barrier, host, mark. */
  readonly others: readonly string[]
  /** Whether any step is shared out; else one thread alone should run it. */
  readonly isShared: boolean
  /** The steps after which it calls `mark`, in order. */
  readonly marks: readonly LoopStep[]
}

/** `shared` tells whether the memory is one that threads share. */
export function assembleDriver(
  plan: Plan,
  memory: MemoryPlan,
  options: DriverOptions & { readonly shared: boolean },
): Driver {
  const build = newBuild(options)
  const isShared = options.threads > 1 && sharesAny(plan, options)
  const script = isShared ? teamScript(part, callOf(build, "barrier", get(parts))) : soloScript()
  const argument = (k: number): Code => loadFrom(i32, get(args), 4 * k)
  const count = plan.inputs.length + plan.outputs.length
  script.everyone([argument(count), set(build.frame)])
  const pointers = Array.from({ length: count }, (_, k): Spot => newPointer(build, script, argument(k)).spot)
  const [inputs, outputs] = [pointers.slice(0, plan.inputs.length), pointers.slice(plan.inputs.length)]
  runSteps(build, { plan, memory, inputs, outputs, base: 0, script })
  // Results are there only when all parts have come to the end.
  script.meet()
  const body = script.code()
  const run: ModuleFunction = { name: "plan", params: [i32, i32, i32], locals: build.locals, body }
  return {
    bytes: moduleBytes(build.imports, [run], { shared: options.shared }),
    kernels: build.kernels,
    others: build.imports.flatMap(({ name }) => (/^k\d+$/.test(name) ? [] : [name])),
    isShared,
    marks: build.marks,
  }
}
