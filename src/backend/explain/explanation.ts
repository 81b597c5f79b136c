/** A Program as the kernels that an engine makes of it: what `explain` shows. */
import type { Engine } from "../../autodiff/engine.ts"
import { internal } from "../../autodiff/errors.ts"
import { threadsOf } from "../../autodiff/primitives/source-kernel.ts"
import { type Loop, resultsOf } from "../../autodiff/program/loop/loop.ts"
import type { Program } from "../../autodiff/program/program.ts"
import { showLoop, showProgram } from "../../autodiff/program/show-program.ts"
import type {
  ExplainedKernel,
  ExplainedPlan,
  ExplainedStep,
  Explanation,
  KernelSource,
} from "../../autodiff/signatures/inspection.ts"
import { type MemoryPlan, planMemory, type StepMemory } from "../compile/memory/memory-plan.ts"
import type { Plan, Step } from "../compile/plan.ts"
import { readBy, writtenBy } from "../compile/plan-of.ts"
import { type Planned, plannedIn } from "../compile/planned.ts"
import { tallyOf } from "../compile/tally.ts"
import { lower } from "../gpujs/lower.ts"
import { formOf } from "./form.ts"
import { type Habits, packsOn } from "./habits.ts"
import { memoryMap } from "./memory-map.ts"
import { plansIn } from "./plans-in.ts"
import { showExplanation } from "./show.ts"

/** The plan that the engine runs for this program, explained. */
export function explainProgram(program: Program, engine: Engine): Explanation {
  const planned = plannedIn(engine.compile(program))
  if (planned === undefined) throw internal(`the engine ${engine.name} does not show its plans`)
  return explainPlan(planned)
}

export function explainPlan({ program, plan, engine: { name: engine }, demands }: Planned): Explanation {
  const habits: Habits = { packs: packsOn(engine), demands }
  const memory = habits.demands === undefined ? undefined : planMemory(plan, habits.demands, new Set())
  const explained = explainer(habits)(plan, memory, 1)
  const kernels = kernelsIn(explained)
  const made: Omit<Explanation, "toString"> = {
    engine,
    program: showProgram(program),
    plan: explained,
    kernels,
    totals: {
      kernels: kernels.filter((k) => k.sameAs === undefined).length,
      runs: kernels.reduce((n, k) => n + k.times, 0),
      operations: kernels.reduce((n, k) => n + k.times * k.operations, 0),
      bytes: kernels.reduce((n, k) => n + k.times * (k.bytesRead + k.bytesWritten), 0),
    },
  }
  return { ...made, toString: () => showExplanation(made) }
}

type ExplainPlan = (plan: Plan, memory: MemoryPlan | undefined, times: number) => ExplainedPlan
function explainer(habits: Habits): ExplainPlan {
  const scratch = habits.demands?.scratch ?? (() => 0)
  let count = 0
  const known = new Map<Loop, { readonly number: number; readonly facts: Facts }>()
  const explain: ExplainPlan = (plan, memory, times) => {
    const steps: ExplainedStep[] = []
    const numbers: number[] = []
    const bodies = plan.steps.map((step, n) => {
      numbers.push(step.kind === "view" ? count : ++count)
      const made = explainStep(step, numbers[n] ?? 0, memory?.steps[n], times)
      if (made !== undefined) steps.push(made)
      return made === undefined ? [] : plansIn(made).map((p) => p.memory)
    })
    return { steps, memory: memoryMap(plan, numbers, bodies, memory, scratch) }
  }
  const explainStep = (
    step: Step,
    number: number,
    memory: StepMemory | undefined,
    times: number,
  ): ExplainedStep | undefined => {
    const frame = { number, reads: readBy(step), writes: writtenBy(step) }
    switch (step.kind) {
      case "view":
        return undefined
      case "constant":
        return { kind: "constant", ...frame, value: step.value }
      case "scan": {
        const inside = memory?.kind === "scan" ? memory.body.memory : undefined
        const body = explain(step.body, inside, times * step.length)
        return { kind: "scan", ...frame, rounds: step.length, reverse: step.reverse, body }
      }
      case "while": {
        const inside = memory?.kind === "while" ? memory : undefined
        const test = explain(step.test, inside?.test.memory, times)
        return { kind: "while", ...frame, test, body: explain(step.body, inside?.body.memory, times) }
      }
      case "cond": {
        const inside = memory?.kind === "cond" ? memory.branches : []
        return { kind: "cond", ...frame, branches: step.branches.map((b, k) => explain(b, inside[k]?.memory, times)) }
      }
      case "loop": {
        const { name, loop } = step
        const first = known.get(loop)
        const facts = first?.facts ?? factsOf(loop, habits)
        if (first === undefined) known.set(loop, { number, facts })
        return { kind: "kernel", ...frame, name, group: name.split(" "), ...facts, times, sameAs: first?.number }
      }
    }
  }
  return explain
}

/** What is the same wherever the kernel runs. */
type Facts = Pick<
  ExplainedKernel,
  "id" | "form" | "operations" | "bytesRead" | "bytesWritten" | "intensity" | "meaning" | "sources"
>
function factsOf(loop: Loop, { packs }: Habits): Facts {
  const { operations, read, written } = tallyOf(loop)
  return {
    id: loop.id,
    form: formOf(loop, packs),
    operations,
    bytesRead: read,
    bytesWritten: written,
    intensity: read + written === 0 ? 0 : operations / (read + written),
    meaning: showLoop(loop),
    sources: sourcesOf(loop),
  }
}
export function sourcesOf(loop: Loop): readonly KernelSource[] {
  const hasDoubles = [...loop.inputs, ...resultsOf(loop)].some((t) => t.dtype === "f64")
  if (loop.form === "routine" && loop.routine.kernel !== undefined) {
    // A kernel that its user wrote; it reads nested arrays.
    const { source, shape } = loop.routine.kernel
    return [{ source, output: threadsOf(shape).slice(0, Math.max(shape.length, 1)) }]
  }
  if (loop.form === "view" || loop.form === "routine" || hasDoubles) return []
  return lower(loop).kernels.map(({ source, output }) => ({ source, output }))
}

const kernelsIn = (plan: ExplainedPlan): readonly ExplainedKernel[] =>
  plan.steps.flatMap((step) => (step.kind === "kernel" ? [step] : plansIn(step).flatMap(kernelsIn)))
