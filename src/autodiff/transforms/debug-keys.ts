/** Finding a key that is used twice. */
import { typed } from "../boundary.ts"
import { CotangentError, callSite } from "../errors.ts"
import type { Rerun } from "../signatures/transforms.ts"
import type { Value } from "../value.ts"
import { watched } from "./watch.ts"

/**
 * The same function, in which drawing twice from one key is an error: two draws from one key are the same numbers, which
 * is hardly ever what is wanted.
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
    const call = watched("debugKeys", f, (operation, [key], result) => {
      if (operation.name !== "keyToWords" || key === undefined) return result
      if (used.has(key))
        throw new CotangentError(
          "key-reuse",
          `debugKeys: this key was used before (${used.get(key) ?? "elsewhere"}), and the same key gives the same numbers; split it first: const [a, b] = random.split(key)`,
        )
      used.set(key, callSite())
      return result
    })
    return call(...args)
  }
})
