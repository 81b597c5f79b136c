/** An engine that writes down what it does. */
import type { Engine, Executable } from "../../autodiff/engine.ts"
import type { ExplainedKernel } from "../../autodiff/signatures/inspection.ts"
import { type Plan, subPlans } from "../compile/plan.ts"
import { plannedIn } from "../compile/planned.ts"
import { explainPlan } from "../explain/explanation.ts"
import { grouped, showForm } from "../explain/show.ts"

/** Lines go to stderr, so that the output of a script stays what it is. */
const write = (line: string): void => console.error(`cotangent: ${line}`)

/** @param level as in `debugLevel`, above 0. */
export function watched(engine: Engine, level: number): Engine {
  const { compile, submit } = engine
  // Changed in place: buffers name their engine, and one wrapped around it would take them for another's.
  return Object.assign(engine, {
    compile: (program): Executable => {
      const start = performance.now()
      const executable = compile(program)
      const took = performance.now() - start
      const planned = plannedIn(executable)
      const count = planned === undefined ? 0 : kernelsOf(planned.plan)
      write(`compiled ${program.name} for ${engine.name}: ${some(count, "kernel")} in ${took.toFixed(3)} ms`)
      if (level >= 2 && planned !== undefined)
        for (const kernel of explainPlan(planned).kernels) describe(kernel, level)
      return executable
    },
    submit: (executable, inputs, donated) => {
      if (level < 3) return submit(executable, inputs, donated)
      const start = performance.now()
      const outputs = submit(executable, inputs, donated)
      write(`ran ${executable.program.name} on ${engine.name} in ${(performance.now() - start).toFixed(3)} ms`)
      return outputs
    },
  } satisfies Pick<Engine, "compile" | "submit">)
}

const kernelsOf = (plan: Plan): number =>
  plan.steps.reduce(
    (n, step) => n + (step.kind === "loop" ? 1 : subPlans(step).reduce((m, p) => m + kernelsOf(p), 0)),
    0,
  )

function describe(kernel: ExplainedKernel, level: number): void {
  const { number, name, form, times, operations, bytesRead, bytesWritten, sameAs, sources } = kernel
  write(
    `  ${number}. ${name} (${showForm(form)}): ${some(operations, "operation")}, ${some(bytesRead, "byte")} read, ${grouped(bytesWritten)} written${times === 1 ? "" : `, ${grouped(times)} times`}`,
  )
  if (level < 4 || sameAs !== undefined) return
  for (const { source, output } of sources)
    for (const line of `gpu.createKernel(source, { output: [${output.join(", ")}] }) with source =\n${source}`.split(
      "\n",
    ))
      write(`    ${line}`)
}
const some = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? "" : "s"}`
