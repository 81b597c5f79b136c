/** Finding a key that is used twice. */
import { typed } from "../boundary.ts"
import { CotangentError, callSite } from "../errors.ts"
import type { Rerun } from "../signatures/transforms.ts"
import { ConcreteTensor } from "../tensor.ts"
import type { Value } from "../value.ts"
import { draws, keyUses } from "./key-uses.ts"
import { watched } from "./watch.ts"

/**
 * The same function, in which drawing twice from one key is an error: two draws from one key are the same numbers, which
 * is hardly ever what is wanted. A split is a draw, a fold is none. Seen through jit, loops and branches: what a jitted
 * function draws counts where it is called, and a loop that closes over a key draws the same in each round. A key cut out
 * of a tensor of keys, or chosen with `where`, is a key of its own.
 *
 * @throws CotangentError at the second use, with the line of yours that made it.
 * @example
 * ```ts
 * import { add, debugKeys, random } from "cotangent"
 * const draw = debugKeys(() => {
 *   const [a, b] = random.split(random.key(0))
 *   return add(random.normal(a, [2]), random.uniform(b, [2]))
 * })
 * console.log(await draw().array())
 * ```
 */
export const debugKeys: Rerun<"debugKeys"> = typed((f: unknown) => {
  return (...args: readonly unknown[]) => {
    const used = new Map<Value, string | undefined>()
    const keyOf = new Map<Value, Value>()
    const use = (key: Value): void => {
      if (used.has(key))
        throw new CotangentError(
          "key-reuse",
          `debugKeys: this key was used before (${used.get(key) ?? "elsewhere"}), and the same key gives the same numbers; split it first: const [a, b] = random.split(key)`,
        )
      used.set(key, callSite())
    }
    const call = watched("debugKeys", f, {
      met: (operation, operands, [made]) => {
        const [first, stream] = operands
        if (operation.name === "keyToWords" && first !== undefined && made !== undefined) keyOf.set(made, first)
        else if (draws(operation, stream instanceof ConcreteTensor ? stream.literal : undefined)) {
          const key = first && keyOf.get(first)
          if (key !== undefined) use(key)
        } else
          keyUses(operation).forEach((times, k) => {
            const key = operands[k]
            if (key === undefined || times === 0) return
            use(key)
            if (times > 1)
              throw new CotangentError(
                "key-reuse",
                `debugKeys: this key is used by every round of a loop (${callSite() ?? "elsewhere"}), and the same key gives the same numbers; carry a key and split it in each round, or fold the round into it: random.foldIn(key, i)`,
              )
          })
      },
    })
    return call(...args)
  }
})
