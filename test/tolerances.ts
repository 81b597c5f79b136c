/**
 * The one table of tolerances: what every engine is allowed, law by law, and every exception from it. docs/ENGINES.md prints
 * it beside the worst errors that the last runs measured; test/docs/engines.test.ts holds every exception against its figure.
 */

export interface Law {
  /** What is compared. */
  readonly title: string
  /** How an error is counted, so that one number says it. */
  readonly error: string
  readonly f32: number
  /** Of results in f64, where that is another. */
  readonly f64?: number
}

const byLargest = "the difference over max(1, the largest number compared)"
const byElement = (floor: string): string => `the difference over max(${floor}, the number wanted)`

export const laws = {
  functions: { title: "functions against the true values", error: "ulps", f32: 4 },
  values: { title: "every primitive against the reference engine", error: byElement("1/2"), f32: 2e-6 },
  jvp: { title: "forward derivatives against differences in f64", error: byLargest, f32: 1e-5, f64: 1e-7 },
  transpose: { title: "⟨J u, v⟩ against ⟨u, Jᵀ v⟩", error: byLargest, f32: 1e-5 },
  batch: { title: "a batch against the loop over it", error: byElement("1/2"), f32: 2e-6 },
  second: { title: "second derivatives: symmetric, differences of the first", error: byLargest, f32: 2e-5, f64: 1e-6 },
  programs: { title: "results of random programs against the reference engine", error: byElement("1"), f32: 1e-4 },
  gradients: { title: "gradients of random programs against the reference engine", error: byElement("1"), f32: 1e-4 },
} as const satisfies Readonly<Record<string, Law>>
export type LawName = keyof typeof laws
export const lawNames = Object.keys(laws).filter((name): name is LawName => name in laws)

type ByFunction = Readonly<Record<string, number>>
type ByLaw = Partial<Readonly<Record<LawName, ByFunction>>>

/** x^y is two machine functions on a GPU, and an error of the first counts y log x times in the second. */
const shaders: ByLaw = { functions: { pow: 16, "pow of negative numbers": 24 } }
/** More than the law allows, by engine, law and function. */
export const exceptions: Readonly<Record<string, ByLaw>> = {
  "gpujs/webgpu": shaders,
  "gpujs/webgl2": shaders,
  "gpujs/headlessgl": shaders,
}

/** What the edges of a function may be, beside the numbers that programs meet. */
export type Edge = "zeros, infinities, NaN and large numbers" | "subnormal numbers"
type ByEdge = Partial<Readonly<Record<Edge, readonly string[]>>>

/** Their results and operands may be taken for 0. */
const flushed = ["add", "sub", "div", "maximum", "minimum", "floor", "ceil", "sqrt", "log", "sin", "tanh", "pow"]
/** The sign of a zero in max and min; sin and cos beyond 12,000; powers of -0, and of 1 and -1 to the infinite. */
const odd = ["maximum", "minimum", "sin", "cos", "pow"]
/**
 * Beyond use: functions whose edges an engine gets wrong. The page shows how many of the values tried are wrong, and the
 * first.
 */
export const beyondUse: Readonly<Record<string, ByEdge>> = {
  "gpujs/webgpu": { "zeros, infinities, NaN and large numbers": odd, "subnormal numbers": flushed },
  // Old OpenGL keeps NaN and infinity no better than its drivers please.
  "gpujs/headlessgl": {
    "zeros, infinities, NaN and large numbers": [...odd, "div", "exp", "tanh"],
    "subnormal numbers": flushed,
  },
  // Division loses the sign of 0 as well.
  "gpujs/webgl2": { "zeros, infinities, NaN and large numbers": [...odd, "div"], "subnormal numbers": flushed },
}
export const isBeyondUse = (engine: string, kind: string, name: string): boolean =>
  Object.entries(beyondUse[engine] ?? {}).some(([edge, names]) => edge === kind && names.includes(name))

export function allowed(engine: string, law: LawName, name: string, dtype: "f32" | "f64" = "f32"): number {
  const rule: Law = laws[law]
  return exceptions[engine]?.[law]?.[name] ?? (dtype === "f64" ? (rule.f64 ?? rule.f32) : rule.f32)
}
