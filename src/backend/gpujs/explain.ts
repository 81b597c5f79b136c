/** A Program told in full: its text, its Loops, and every kernel as gpu.js source. */
import { bytesOf } from "../../autodiff/dtype.ts"
import { type ArrayType, type Loop, resultsOf, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { children, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import type { Program } from "../../autodiff/program/program.ts"
import { showLoop, showProgram } from "../../autodiff/program/show-program.ts"
import { fuse } from "../compile/fuse.ts"
import { scalarsOf } from "../compile/narrow.ts"
import type { Plan, Step } from "../compile/plan.ts"
import { planOf } from "../compile/plan-of.ts"
import { lower } from "./lower.ts"

export function explainProgram(program: Program): string {
  const kernels = new Map<Loop, string>()
  const visit = (plan: Plan): void => {
    for (const step of plan.steps) visitStep(step)
  }
  const visitStep = (step: Step): void => {
    if (step.kind === "loop" && !kernels.has(step.loop)) kernels.set(step.loop, step.name)
    for (const plan of subPlans(step)) visit(plan)
  }
  visit(fuse(planOf(program)))
  return [showProgram(program), ...[...kernels].map(([loop, name], k) => explainLoop(loop, `${k + 1}. ${name}`))].join(
    "\n\n",
  )
}

const subPlans = (step: Step): readonly Plan[] =>
  step.kind === "scan"
    ? [step.body]
    : step.kind === "while"
      ? [step.test, step.body]
      : step.kind === "cond"
        ? step.branches
        : []

function explainLoop(loop: Loop, title: string): string {
  const bytes = [...loop.inputs, ...resultsOf(loop)].reduce(
    (n, t: ArrayType) => n + sizeOf(t.shape) * bytesOf(t.dtype),
    0,
  )
  const head = `${title}: ${bytes} bytes, ${operationsOf(loop)} operations\n${showLoop(loop)}`
  if (loop.form === "view" || loop.form === "routine") return head
  if ([...loop.inputs, ...resultsOf(loop)].some((t) => t.dtype === "f64"))
    return `${head}\n(no gpu.js kernel: gpu.js has no f64)`
  const { kernels } = lower(loop)
  return [
    head,
    ...kernels.map((k) => `gpu.createKernel(source, { output: [${k.output.join(", ")}] }) with source =\n${k.source}`),
  ].join("\n")
}

/** Scalar operations, each counted once per element of the innermost index it depends on. */
function operationsOf(loop: Loop): number {
  const memo = new Map<Scalar, number>()
  const cost = (n: Scalar): number => {
    const known = memo.get(n)
    if (known !== undefined) return 0
    memo.set(n, 0)
    const inner = children(n).reduce((sum, c) => sum + cost(c), 0)
    if (n.op === "fold") return n.index.size * (inner + 1)
    return (
      inner +
      (n.op === "unary" || (n.op === "binary" && n.dtype !== "i32") || n.op === "compare" || n.op === "select" ? 1 : 0)
    )
  }
  const per = scalarsOf(loop).reduce((sum, n) => sum + cost(n), 0)
  return per * sizeOf(loop.form === "scatter" ? loop.over.map((v) => v.size) : loop.shape)
}
