import { fail } from "./fail.ts"
import {
  einsumAxisDiffers,
  einsumOperands,
  einsumRank,
  einsumRepeatedOutput,
  einsumUnknownOutput,
  einsumWithoutArrow,
  type Sizes,
} from "./messages.ts"

/** `"b i k, b k j -> b i j"` taken apart: axis names per operand and in the output. */
export interface EinsumPattern {
  readonly inputs: readonly (readonly string[])[]
  readonly output: readonly string[]
}

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "")

export function parseEinsum(pattern: string): EinsumPattern {
  const arrow = pattern.indexOf("->")
  if (arrow < 0) fail("einsum", einsumWithoutArrow(pattern), { pattern })
  return { inputs: pattern.slice(0, arrow).split(",").map(words), output: words(pattern.slice(arrow + 2)) }
}

/** Checks the operands against the pattern; gives the parsed pattern, the size of every named axis and the shape. */
export function einsumShape(
  pattern: string,
  shapes: readonly Sizes[],
): EinsumPattern & { readonly sizes: ReadonlyMap<string, number>; readonly shape: Sizes } {
  const parsed = parseEinsum(pattern)
  const details = { pattern, shapes }
  const sizes = new Map<string, number>()
  for (const [operand, names] of parsed.inputs.entries()) {
    const shape = shapes[operand]
    if (shape === undefined) return fail("einsum", einsumOperands(pattern, "fewer"), details)
    for (const [axis, name] of names.entries()) {
      const size = shape[axis]
      if (size === undefined) return fail("einsum", einsumRank(pattern, operand, "fewer"), details)
      const before = sizes.get(name) ?? size
      if (before !== size) fail("einsum", einsumAxisDiffers(pattern, name, before, size, operand), details)
      sizes.set(name, size)
    }
    if (shape.length > names.length) fail("einsum", einsumRank(pattern, operand, "more"), details)
  }
  if (shapes.length > parsed.inputs.length) fail("einsum", einsumOperands(pattern, "more"), details)
  const shape = parsed.output.map((name, at) => {
    if (parsed.output.indexOf(name) < at) fail("einsum", einsumRepeatedOutput(pattern, name), details)
    return sizes.get(name) ?? fail("einsum", einsumUnknownOutput(pattern, name), details)
  })
  return { ...parsed, sizes, shape }
}
