/** Claims about values, checked where they are computed, also in compiled code, and raised where a result is read. */
import { type AnyFunction, functionArgument, typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { callSite, CotangentError } from "../errors.ts"
import { bind, bindOne, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { equal, less, lessEqual } from "../primitives/compare.ts"
import { and } from "../primitives/bitwise.ts"
import type { CheckOperation, Maybe, Operation } from "../program/operation.ts"
import type { Claim } from "../program/program.ts"
import type { Rerun } from "../signatures/transforms.ts"
import { fromNumber } from "../tensor.ts"
import type { Value } from "../value.ts"

/** x, with the claim that a bool tensor is true everywhere; where it is not, reading the result throws. */
export function checkOperation(claim: Claim): CheckOperation {
  const operation: CheckOperation = {
    kind: "check",
    name: "check",
    params: { code: claim.code, message: claim.message },
    key: `check ${JSON.stringify([claim.code, claim.message, claim.site])}`,
    claim,
    results: ([x]) => (x === undefined ? [] : [x]),
    // The claim is about the primal and was made there; tangents pass.
    jvp: (primals, [t]) => ({ outputs: bind(operation, primals), tangents: [t] }),
    linearize: (primals, [t]) => ({ outputs: bind(operation, primals), tangents: [t] }),
    transpose: ([ct]): readonly Maybe[] => [ct, undefined],
    batch: (values, [batched]) => ({ values: bind(operation, values), batched: [batched === true] }),
  }
  return operation
}

/** Watches every operation of a function and adds claims about results. */
const watching = (
  name: string,
  parent: Interpreter,
  watch: (operation: Operation, operands: readonly Value[], result: Value) => Value,
): Interpreter => ({
  name,
  bind: (operation, operands) =>
    under(parent, () => bind(operation, operands).map((x) => watch(operation, operands, x))),
})
const watched = (
  op: string,
  f: unknown,
  watch: (operation: Operation, operands: readonly Value[], result: Value) => Value,
): AnyFunction => {
  const call = functionArgument(op, f)
  return (...args) => under(watching(op, currentInterpreter(), watch), () => call(...args))
}

/**
 * The same function, in which every operation that gives a NaN is found out: reading the result throws a CheckError that
 * names the operation and the line of yours that asked for it. Composes with jit, grad and vmap on either side.
 *
 * @example
 * ```ts
 * import { debugNaN, log, sum, tensor } from "cotangent"
 * const f = debugNaN((x) => sum(log(x)))
 * console.log(await f(tensor([1, 2])).item())
 * ```
 */
export const debugNaN: Rerun<"debugNaN"> = typed((f: unknown) =>
  watched("debugNaN", f, (operation, _, x) => {
    if (!isFloat(x.dtype) || x.type.weak || operation.kind === "check") return x
    const claim: Claim = { code: "nan", message: `debugNaN: ${operation.name} gave NaN`, site: callSite() }
    return bindOne(checkOperation(claim), x, bindOne(equal.operation, x, x))
  }),
)

/** Operations whose second operand holds indices into an axis of the first. */
const indexing: ReadonlySet<string> = new Set(["take", "takeAlongAxis", "scatterAdd"])

/**
 * The same function in checked mode: an index out of range in `take`, `takeAlongAxis` or `scatterAdd`, which otherwise
 * reads 0 or is dropped, makes reading the result throw a CheckError.
 *
 * @example
 * ```ts
 * import { checked, take, tensor } from "cotangent"
 * const pick = checked((x, i) => take(x, i, { axis: 0 }))
 * console.log(await pick(tensor([1, 2]), tensor([1], { dtype: "i32" })).array())
 * ```
 */
export const checked: Rerun<"checked"> = typed((f: unknown) =>
  watched("checked", f, (operation, [x, indices], result) => {
    const axis = operation.params.axis
    if (!indexing.has(operation.name) || typeof axis !== "number" || x === undefined || indices === undefined)
      return result
    const size = x.shape[axis] ?? 0
    const dtype = indices.type.array.dtype
    const inside = bindOne(
      and.operation,
      bindOne(lessEqual.operation, fromNumber(dtype, 0), indices),
      bindOne(less.operation, indices, fromNumber(dtype, size)),
    )
    const claim: Claim = {
      code: "index",
      message: `${operation.name}: an index is out of range for axis ${axis} of size ${size}`,
      site: callSite(),
    }
    return bindOne(checkOperation(claim), result, inside)
  }),
)

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
  const call = functionArgument("debugKeys", f)
  return (...args: readonly unknown[]) => {
    const used = new Map<Value, string | undefined>()
    const watch = (operation: Operation, [key]: readonly Value[], result: Value): Value => {
      if (operation.name !== "keyToWords" || key === undefined) return result
      if (used.has(key))
        throw new CotangentError(
          "key-reuse",
          `debugKeys: this key was used before (${used.get(key) ?? "elsewhere"}), and the same key gives the same numbers; split it first: const [a, b] = random.split(key)`,
        )
      used.set(key, callSite())
      return result
    }
    return under(watching("debugKeys", currentInterpreter(), watch), () => call(...args))
  }
})
