/**
 * Prints a Loop as the source of a gpu.js kernel: an ordinary JavaScript function, one thread for each output element.
 *
 * Numbers are f32; i32 is exact to 2^24, and what may be larger has been rewritten before (limbs.ts); a bool is 0 or 1.
 * Loop bounds are literals, because gpu.js stops every other loop after 1000 rounds; a read that may fall outside is
 * tested, because the backends clamp it or give NaN.
 */
import { internal } from "../../autodiff/errors.ts"
import { type MapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import type { Fold, Scalar, Var } from "../../autodiff/program/loop/scalar.ts"
import { block } from "../compile/place.ts"
import { rowBlocks } from "./blocks.ts"
import { printer } from "./printer.ts"
import { bare } from "./text.ts"

export interface KernelSource {
  /** What `gpu.createKernel(source, { output })` takes; the arguments are the Loop's inputs, flat, in order. */
  readonly source: string
  readonly output: readonly number[]
  /** Where each thread computes `width` elements: these lie `apart` in the result. */
  readonly block?: { readonly width: number; readonly apart: number }
}
/** How kernels are written, beyond what every mode understands. */
export interface Dialect {
  /** As WebAssembly likes it: indices in integer variables, and four rows of a contraction by each thread. */
  readonly webasm?: boolean
  /** As shaders take it: their compilers have no literal for infinity and NaN, and refuse to compute them beforehand. */
  readonly shader?: boolean
}

/**
 * The kernel of a map with one result. Inputs that are scalars are arrays of one element.
 *
 * ```ts
 * // const { source, output } = printKernel(loop)
 * // gpu.createKernel(source, { output: [...output] })(a0, a1)
 * ```
 */
export function printKernel(loop: MapLoop, dialect: Dialect = {}): KernelSource {
  if (loop.bodies.length !== 1) throw internal(`a kernel has one result, this map ${loop.bodies.length}`)
  const blocks = dialect.webasm === true ? rowBlocks(loop) : undefined
  const { source, output } = printBodies(blocks?.loop ?? loop, dialect, blocks?.together ?? new Map())
  return blocks === undefined ? { source, output } : { source, output, block: blocks.block }
}

function printBodies(
  loop: MapLoop,
  { webasm = false, shader = false }: Dialect,
  together: ReadonlyMap<Fold, readonly Fold[]>,
) {
  const { output, code, bound } = threadIndices(loop)
  const print = (uses: Map<string, number>, inlines: boolean): readonly string[] => {
    const root = block<string, string>(undefined)
    const main = block(root, bound)
    main.code.push(...code)
    const { value } = printer({ uses, inlines, integers: webasm, together })
    const results = loop.bodies.map((body: Scalar) => bare(value(body, main)))
    const result = results.length === 1 ? results[0] : `[${results.join(", ")}]`
    return [...root.code, ...main.code, `return ${result};`]
  }
  // Once to count how often each value is used, and once more to write those used once where they are used.
  const uses = new Map<string, number>()
  print(uses, false)
  const lines = shader ? withoutLiterals(print(uses, true)) : print(uses, true)
  const parameters = loop.inputs.map((x) => `a${x.slot}`).join(", ")
  return { source: `function(${parameters}) {\n${lines.map((l) => `  ${l}`).join("\n")}\n}`, output }
}

/** Infinity and NaN computed while the kernel runs. */
function withoutLiterals(lines: readonly string[]): readonly string[] {
  const own = lines.map((l) => l.replaceAll("(0 / 0)", "(infinity - infinity)").replaceAll(/\bInfinity\b/g, "infinity"))
  if (!own.some((l) => l.includes("infinity"))) return lines
  const squared = "infinity = infinity * infinity;"
  return ["let infinity = 100000.5;", squared, squared, squared, ...own]
}

/** The last axes are thread.x, .y and .z; further leading axes are divided out of z. */
function threadIndices({ shape, indices }: MapLoop) {
  const rank = shape.length
  const leading = Math.max(0, rank - 2)
  const output = [shape[rank - 1] ?? 1, shape[rank - 2] ?? 1, sizeOf(shape.slice(0, leading))].slice(
    0,
    Math.max(1, Math.min(3, rank)),
  )
  const code: string[] = []
  let rest = "this.thread.z"
  const bound = indices.map((v, d): readonly [Var, string] => {
    if (v.size === 1) return [v, "0"]
    if (d === rank - 1) return [v, "this.thread.x"]
    if (d === rank - 2) return [v, "this.thread.y"]
    const below = sizeOf(shape.slice(d + 1, leading))
    if (below === 1) return [v, rest]
    // Half a step keeps the quotient right where a GPU's division is an ulp off.
    code.push(
      `const ${v.name} = Math.floor((${rest} + 0.5) / ${below});`,
      `const z${d} = ${rest} - ${v.name} * ${below};`,
    )
    rest = `z${d}`
    return [v, v.name]
  })
  return { output, code, bound }
}
