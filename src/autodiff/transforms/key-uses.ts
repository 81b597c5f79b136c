/** How often running a Program draws from the keys that it is given. */
import { streams } from "../primitives/threefry.ts"
import type { Operation } from "../program/operation.ts"
import { type Atom, type Program, subPrograms } from "../program/program.ts"
import { derivedOnce } from "../program/tables.ts"

/**
 * Whether the operation draws from the key whose words are its first operand, given the second where it is a literal. A
 * fold does not: it is there to make many keys of one. Batched, the operation has another name and the same operands.
 */
export const draws = (operation: Operation, stream: number | undefined): boolean =>
  stream !== streams.fold && /\bthreefry\b/.test(operation.name)

/** A checkpoint that runs again for its derivative makes the same draws again, as it must. */
const again = (operation: Operation): boolean =>
  operation.kind === "program" && /\b(rerun|backward)\b/.test(operation.name)

const once = derivedOnce<Program, readonly number[]>()
const nothing: readonly number[] = []

/** For each input of the Program, the draws from it: 0, 1, or more where it is used again. */
function usesIn(program: Program): readonly number[] {
  return once(program, "uses", () => {
    const uses = new Map<Atom, number>()
    const keyOf = new Map<Atom, Atom>()
    const use = (a: Atom | undefined, times: number): void => {
      if (a !== undefined && times > 0) uses.set(a, (uses.get(a) ?? 0) + times)
    }
    for (const { operation, inputs, outputs } of program.equations) {
      const [first, stream] = inputs
      const [made] = outputs
      if (operation.name === "keyToWords" && first !== undefined && made !== undefined) keyOf.set(made, first)
      else if (first !== undefined && draws(operation, stream?.kind === "literal" ? stream.value : undefined))
        use(keyOf.get(first), 1)
      else for (const [k, times] of keyUses(operation).entries()) use(inputs[k], times)
    }
    return program.inputs.map((v) => uses.get(v) ?? 0)
  })
}

/** For each operand of an operation that holds Programs, the draws from it; what a loop repeats counts twice. */
export function keyUses(operation: Operation): readonly number[] {
  if (again(operation)) return nothing
  const [first = nothing, second = nothing] = subPrograms(operation).map(usesIn)
  /** A key that the loop hands on as it is serves in every round. */
  const carried = (uses: readonly number[], body: Program, from: number): readonly number[] =>
    uses.map((n, k) => (body.outputs[k] === body.inputs[from + k] ? n * 2 : n))
  switch (operation.kind) {
    case "program":
      return first
    case "scan": {
      const { constants, carry, length } = operation
      if (length < 2) return length === 0 ? nothing : first
      return [
        ...first.slice(0, constants).map((n) => n * 2),
        ...carried(first.slice(constants, constants + carry), operation.body, constants),
        ...first.slice(constants + carry),
      ]
    }
    case "while": {
      const { testConstants, bodyConstants } = operation
      const state = second.slice(bodyConstants).map((n, k) => n + (first[testConstants + k] ?? 0))
      return [
        ...first.slice(0, testConstants).map((n) => n * 2),
        ...second.slice(0, bodyConstants).map((n) => n * 2),
        ...carried(state, operation.body, bodyConstants),
      ]
    }
    case "cond":
      // One branch runs, so each may use the same key.
      return [0, ...first.map((_, k) => Math.max(...operation.branches.map((b) => usesIn(b)[k] ?? 0)))]
    default:
      return nothing
  }
}
