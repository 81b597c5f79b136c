/** Seeing what is evaluated. */
import { bind, currentInterpreter, under } from "../../src/autodiff/interpreter.ts"

/** The names of the operations that reach the base interpreter while `f` runs, with what f gives. */
export function watching<R>(f: () => R): readonly [result: R, names: readonly string[]] {
  const names: string[] = []
  const base = currentInterpreter()
  const result = under(
    {
      name: "watching",
      bind: (operation, operands) => {
        names.push(operation.name)
        return under(base, () => bind(operation, operands))
      },
    },
    f,
  )
  return [result, names]
}
export const count = (names: readonly string[], name: string): number => names.filter((n) => n === name).length
