/** What engines let be seen of what they compiled: `explain`, `profile` and COTANGENT_DEBUG read it. */
import type { Executable } from "../../autodiff/engine.ts"
import type { Demands } from "./memory/memory-plan.ts"
import type { Plan } from "./plan.ts"

export interface Planned extends Executable {
  readonly plan: Plan
  /** What the engine asked of the memory plan; left out where every value has memory of its own. */
  readonly demands?: Demands
}
/** Undefined for what an engine that is not ours has compiled. */
export const plannedIn = (executable: Executable): Planned | undefined =>
  isPlanned(executable) ? executable : undefined
const isPlanned = (executable: Executable): executable is Planned => "plan" in executable
