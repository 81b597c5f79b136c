/** An Explanation as text: paragraphs, those of a loop's body indented. */
import type {
  ExplainedKernel,
  ExplainedPlan,
  ExplainedStep,
  Explanation,
  KernelForm,
  MemoryMap,
  PlannedValue,
} from "../../autodiff/signatures/inspection.ts"

export const showExplanation = ({ program, plan, kernels, totals }: Omit<Explanation, "toString">): string =>
  [
    program,
    ...planParagraphs(plan),
    `total: ${some(totals.kernels, "kernel")}${totals.runs === totals.kernels ? "" : ` in ${some(totals.runs, "run")}`}, ${some(totals.bytes, "byte")}, ${some(totals.operations, "operation")}${hasChoice(plan) ? " (each round of a while loop and each branch counted once)" : ""}`,
    ...(kernels.length === 0 ? [] : [showMemory(plan.memory)]),
  ].join("\n\n")

const planParagraphs = (plan: ExplainedPlan): readonly string[] => plan.steps.flatMap(stepParagraphs)
const inside = (plan: ExplainedPlan): readonly string[] =>
  [...planParagraphs(plan), ...(plan.memory.values.length > 1 ? [showMemory(plan.memory)] : [])].map(indented)
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ")

function stepParagraphs(step: ExplainedStep): readonly string[] {
  const flow = `${slots(step.reads)}-> ${slots(step.writes).trimEnd()}`
  switch (step.kind) {
    case "kernel":
      return [showKernel(step, flow)]
    case "constant":
      return [`${step.number}. the constant ${step.value}, ${flow}`]
    case "scan":
      return [
        `${step.number}. scan, ${some(step.rounds, "round")}${step.reverse ? " from the end" : ""}: ${flow}`,
        ...inside(step.body),
      ]
    case "while":
      return [
        `${step.number}. while: ${flow}`,
        "  the test:",
        ...inside(step.test),
        "  the body:",
        ...inside(step.body),
      ]
    case "cond":
      return [`${step.number}. cond: ${flow}`, ...step.branches.flatMap((b, k) => [`  branch ${k}:`, ...inside(b)])]
  }
}

function showKernel(kernel: ExplainedKernel, flow: string): string {
  const { number, name, bytesRead, bytesWritten, operations, sameAs, form, sources, meaning } = kernel
  const head = [
    `${number}. ${name}: ${some(bytesRead + bytesWritten, "byte")}, ${some(operations, "operation")}`,
    `${showForm(form)}; ${grouped(bytesRead)} read, ${grouped(bytesWritten)} written, ${ratio(kernel.intensity)} operations per byte; ${flow}`,
  ]
  if (sameAs !== undefined) return [...head, `the kernel of ${sameAs}`].join("\n")
  const code = sources.map(
    (k) => `gpu.createKernel(source, { output: [${k.output.join(", ")}] }) with source =\n${k.source}`,
  )
  const without = sources.length > 0 || form.kind === "routine" ? [] : ["(no gpu.js kernel: gpu.js has no f64)"]
  return [...head, meaning, ...code, ...without].join("\n")
}

const titles: Readonly<Record<Exclude<KernelForm["kind"], "product">, string>> = {
  map: "elementwise",
  copy: "copy",
  rows: "row kernel",
  reduction: "reduction",
  prefix: "running fold",
  scatter: "scatter",
  routine: "function of the host",
}
export const showForm = (form: KernelForm): string =>
  form.kind === "product"
    ? `${form.packed ? "packed " : ""}product ${form.m} x ${form.n}, k = ${form.k}${form.batch === 1 ? "" : `, batch ${form.batch}`}`
    : titles[form.kind]

function showMemory({ values, temporaries, peak, scratch, frame }: MemoryMap): string {
  const needed = temporaries + scratch
  const saved =
    frame === undefined || needed <= frame ? "" : `, ${Math.round(100 * (1 - frame / needed))}% less than apart`
  const lines = [
    temporaries === 0
      ? "memory: no temporaries"
      : `memory: temporaries of ${some(temporaries, "byte")}, at most ${grouped(peak)} of them alive at once`,
    ...(scratch === 0 ? [] : [`${grouped(scratch)} for what kernels write on their way`]),
    ...(frame === undefined || needed === 0 ? [] : [`all in a frame of ${grouped(frame)}${saved}`]),
  ]
  return [lines.join("; "), ...values.map(showValue)].join("\n")
}
function showValue({ slot, type, bytes, place, from, to }: PlannedValue): string {
  const where =
    place.kind === "frame"
      ? `frame + ${place.offset}`
      : place.kind === "own"
        ? "on its own"
        : place.kind === "output"
          ? `result ${place.index}`
          : `over input ${place.index}`
  return `  s${slot}: ${type}, ${some(bytes, "byte")}, ${where}, ${to === undefined ? `from ${from} on` : `${from} to ${to}`}`
}

const hasChoice = (plan: ExplainedPlan): boolean =>
  plan.steps.some(
    (s) =>
      s.kind === "while" || (s.kind === "cond" && s.branches.length > 0) || (s.kind === "scan" && hasChoice(s.body)),
  )
const slots = (list: readonly number[]): string => list.map((s) => `s${s} `).join("")
/** 1234567 as 1,234,567. */
export const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",")
const some = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? "" : "s"}`
const ratio = (x: number): string => String(Number(x.toPrecision(3)))
