import { fail } from "./fail.ts"
import {
  einsumAxisDiffers,
  einsumEllipsisTwice,
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

/** Names stand between spaces; a pattern without any space is in letters, as NumPy writes it. */
const namesOf = (text: string, letters: boolean): readonly string[] =>
  letters ? (text.match(/\.\.\.|./gs) ?? []) : text.split(" ").filter((word) => word !== "")

export function parseEinsum(pattern: string): EinsumPattern {
  const arrow = pattern.indexOf("->")
  if (arrow < 0) fail("einsum", einsumWithoutArrow(pattern), { pattern })
  const letters = !pattern.includes(" ")
  const terms = pattern.slice(0, arrow).split(",")
  return {
    inputs: terms.map((term) => namesOf(term, letters)),
    output: namesOf(pattern.slice(arrow + 2), letters),
  }
}

const ellipsis = "..."
const isEllipsis = (name: string): boolean => name.startsWith(ellipsis)
/** Names for the axes that `...` stands for, counted from their end, since that is how they broadcast. */
const spelledOut = (names: readonly string[], count: number): readonly string[] =>
  names.flatMap((name) =>
    name === ellipsis ? Array.from({ length: Math.max(count, 0) }, (_, k) => `...[${k - count}]`) : [name],
  )

/**
 * Checks the operands against the pattern; gives the pattern with `...` spelled out, the size of every named axis and the
 * shape.
 */
export function einsumShape(
  pattern: string,
  shapes: readonly Sizes[],
): EinsumPattern & { readonly sizes: ReadonlyMap<string, number>; readonly shape: Sizes } {
  const parsed = parseEinsum(pattern)
  const details = { pattern, shapes }
  const sizes = new Map<string, number>()
  const inputs: (readonly string[])[] = []
  let longest = 0
  for (const [operand, written] of parsed.inputs.entries()) {
    const shape = shapes[operand]
    if (shape === undefined) return fail("einsum", einsumOperands(pattern, "fewer"), details)
    if (written.indexOf(ellipsis) !== written.lastIndexOf(ellipsis))
      fail("einsum", einsumEllipsisTwice(pattern), details)
    const count = shape.length - written.length + 1
    const names = spelledOut(written, count)
    if (written.includes(ellipsis)) longest = Math.max(longest, count)
    for (const [axis, name] of names.entries()) {
      const size = shape[axis]
      if (size === undefined) return fail("einsum", einsumRank(pattern, operand, "fewer"), details)
      const before = sizes.get(name) ?? size
      const stretches = isEllipsis(name) && (before === 1 || size === 1)
      if (before !== size && !stretches)
        fail("einsum", einsumAxisDiffers(pattern, name, before, size, operand), details)
      sizes.set(name, before === 1 ? size : before)
    }
    if (shape.length > names.length) fail("einsum", einsumRank(pattern, operand, "more"), details)
    inputs.push(names)
  }
  if (shapes.length > parsed.inputs.length) fail("einsum", einsumOperands(pattern, "more"), details)
  const output = spelledOut(parsed.output, longest)
  const shape = output.map((name, at) => {
    if (output.indexOf(name) < at)
      return isEllipsis(name)
        ? fail("einsum", einsumEllipsisTwice(pattern), details)
        : fail("einsum", einsumRepeatedOutput(pattern, name), details)
    return sizes.get(name) ?? fail("einsum", einsumUnknownOutput(pattern, name), details)
  })
  return { inputs, output, sizes, shape }
}
