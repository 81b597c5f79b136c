/** Whole Jacobians and Hessians: a linear map applied to every unit vector at once. */

import { functionArgument, typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { batchValues, moveAxis, repeat } from "../interpreters/batch.ts"
import { jvpValues } from "../interpreters/jvp.ts"
import { linearizeValues } from "../interpreters/linearize.ts"
import { transposeLinear } from "../interpreters/transpose.ts"
import { orZeros, zeros } from "../interpreters/zeros.ts"
import { checkOptions } from "../options.ts"
import { cast } from "../primitives/cast.ts"
import { equal } from "../primitives/compare.ts"
import { iota } from "../primitives/iota.ts"
import { reshape } from "../primitives/reshape.ts"
import { sizeOf } from "../program/loop/loop.ts"
import type { Maybe } from "../program/operation.ts"
import { type TensorType, typeOf } from "../program/type.ts"
import { notDifferentiable } from "../shape/messages.ts"
import type { Hessian, Hvp, Jacobian } from "../signatures/transforms.ts"
import { type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { overLeaves, settled } from "./arguments.ts"
import { gradientOf } from "./grad.ts"
import { jvp } from "./jvp.ts"

/** The unit vectors of a space: `[n, ...shape]`. */
function basis(type: TensorType): Value {
  const n = sizeOf(type.shape)
  const row = bindOne(iota.of(n, "i32"))
  const unit = bindOne(equal.operation, bindOne(reshape.to([n, 1]), row), row)
  return bindOne(reshape.to([n, ...type.shape]), bindOne(cast.to(type.array.dtype), unit))
}

/** A function's arguments, of which some are differentiated by. */
interface Arguments {
  /** The leaves of the latter, and all arguments rebuilt from them. */
  readonly whole: Flat
  /** One per argument that is differentiated by. */
  readonly active: readonly Flat[]
  readonly single: boolean
}
function argumentsOf(op: string, argnums: number | readonly number[], args: readonly unknown[]): Arguments {
  const positions = typeof argnums === "number" ? [argnums] : argnums
  const active = positions.map((n) => {
    if (!Number.isInteger(n) || n < 0 || n >= args.length)
      throw new CotangentError("argnums", `${op}: argnums names argument ${n}, the call has ${args.length}`, {
        argnums,
        given: args.length,
      })
    const flat = settled(flatten(args[n], "params"))
    flat.leaves.forEach((x, k) => {
      if (!isFloat(x.dtype))
        throw new DTypeError("not-differentiable", notDifferentiable(op, flat.paths[k] ?? "params", x.dtype), {
          dtype: x.dtype,
        })
    })
    return flat
  })
  const whole: Flat = {
    leaves: active.flatMap((flat) => flat.leaves),
    paths: active.flatMap((flat) => flat.paths),
    key: active.map((flat) => flat.key).join(),
    build: (given) => {
      let next = 0
      const all = [...args]
      active.forEach((flat, k) => {
        all[positions[k] ?? 0] = flat.build(given.slice(next, next + flat.leaves.length))
        next += flat.leaves.length
      })
      return all
    },
  }
  return { whole, active, single: typeof argnums === "number" }
}

/** Blocks by result leaf and argument leaf, put together as a tree of trees: results outside, arguments inside. */
function assemble({ active, single }: Arguments, result: Flat, blocks: readonly (readonly Maybe[])[]): unknown {
  const rows = result.leaves.map((out, r) => {
    let next = 0
    const parts = active.map((flat) =>
      flat.build(
        flat.leaves.map((x) => {
          const block = blocks[r]?.[next++]
          const shape = [...out.shape, ...x.shape]
          return block === undefined ? zeros(typeOf(out.dtype, shape)) : bindOne(reshape.to(shape), block)
        }),
      ),
    )
    return single ? parts[0] : parts
  })
  return result.build(rows)
}

/**
 * The Jacobian by reverse mode: one pullback per element of the result, all at once. For functions with few results.
 *
 * @returns for `f: [n] -> [m]` an `[m, n]`; trees give trees of blocks, results outside.
 * @example
 * ```ts
 * import { type F32, jacrev, mul, tensor } from "cotangent"
 * console.log(await jacrev((x: F32<[2]>) => mul(x, x))(tensor([1, 2])).array())
 * ```
 */
export const jacrev: Jacobian<"jacrev"> = typed(
  (f: unknown, options: { readonly argnums?: number | readonly number[] } = {}) =>
    (...args: readonly unknown[]) => {
      checkOptions("jacrev", options, ["argnums"])
      const call = functionArgument("jacrev", f)
      const given = argumentsOf("jacrev", options.argnums ?? 0, args)
      const { leaves } = given.whole
      const { run, result } = overLeaves("jacrev", call, given.whole)
      const made = linearizeValues(
        run,
        leaves,
        leaves.map(() => true),
        "jacrev",
      )
      const blocks = made.outputs.map((out, r) => {
        if (made.tangents[r] === undefined) return made.inputs.map(() => undefined)
        const n = sizeOf(out.shape)
        const rows = batchValues(
          (ct) => {
            const cotangents = made.outputs.map((_, k) => (k === r ? ct : undefined))
            const back = transposeLinear(made.equations, made.inputs, made.tangents, cotangents)
            return leaves.map((x, k) => orZeros(back[k], x.type))
          },
          [basis(out.type)],
          [true],
          { size: n, name: undefined },
        )
        return rows.values.map((x, k) => (rows.batched[k] === true ? x : repeat(x, n)))
      })
      return assemble(given, { ...result(), leaves: made.outputs }, blocks)
    },
)
/**
 * The Jacobian by forward mode: one tangent per element of the argument, all at once. For functions with few arguments.
 *
 * @returns as `jacrev`.
 * @example
 * ```ts
 * import { type F32, jacfwd, sin, tensor } from "cotangent"
 * console.log(await jacfwd((x: F32<[2]>) => sin(x))(tensor([0, 1])).array())
 * ```
 */
export const jacfwd: Jacobian<"jacfwd"> = typed(
  (f: unknown, options: { readonly argnums?: number | readonly number[] } = {}) =>
    (...args: readonly unknown[]) => {
      checkOptions("jacfwd", options, ["argnums"])
      const call = functionArgument("jacfwd", f)
      const given = argumentsOf("jacfwd", options.argnums ?? 0, args)
      const { leaves } = given.whole
      const { run, result } = overLeaves("jacfwd", call, given.whole)
      let outputs: readonly Value[] = []
      // Forward mode proper, not a linearization: it goes through a whileLoop. The primal has no batch and runs unbatched.
      const columns = leaves.map((leaf, k) => {
        const n = sizeOf(leaf.shape)
        const out = batchValues(
          (t) => {
            const dual = jvpValues(
              run,
              leaves,
              leaves.map((_, j) => (j === k ? t : undefined)),
              "jacfwd",
            )
            outputs = dual.outputs
            return dual.outputs.map((x, r) => orZeros(dual.tangents[r], x.type))
          },
          [basis(leaf.type)],
          [true],
          { size: n, name: undefined },
        )
        // Tangents are rows here, one per element of the argument; a Jacobian has them as its last axes.
        return out.values.map((x, r) => {
          const whole = out.batched[r] === true ? x : repeat(x, n)
          return moveAxis(whole, 0, whole.shape.length - 1)
        })
      })
      const blocks = outputs.map((_, r) => columns.map((column) => column[r]))
      return assemble(given, { ...result(), leaves: outputs }, blocks)
    },
)

/**
 * All second derivatives, forward over reverse: for a loss of an `[n]` the `[n, n]`; for a tree, blocks by leaf and leaf.
 *
 * @example
 * ```ts
 * import { type F32, hessian, mul, sum, tensor } from "cotangent"
 * console.log(await hessian((x: F32<[2]>) => sum(mul(x, mul(x, x))))(tensor([1, 2])).array())
 * ```
 */
export const hessian: Hessian = typed((f: unknown, options: { readonly argnums?: number | readonly number[] } = {}) => {
  checkOptions("hessian", options, ["argnums"])
  const gradient = gradientOf("hessian", f, options)
  return typed<(f: unknown, options: unknown) => unknown>(jacfwd)(gradient, options)
})

/**
 * The Hessian times a vector, without the Hessian: `hvp(f)([x], [v])`, at a few times the cost of `f`.
 *
 * @example
 * ```ts
 * import { type F32, hvp, mul, sum, tensor } from "cotangent"
 * const f = (x: F32<[2]>) => sum(mul(x, mul(x, x)))
 * console.log(await hvp(f)([tensor([1, 2])], [tensor([1, 0])]).array())
 * ```
 */
export const hvp: Hvp = typed((f: unknown) => (primals: readonly unknown[], tangents: readonly unknown[]) => {
  const gradient = gradientOf("hvp", f)
  const [, tangent] = typed<(f: unknown) => (p: unknown, t: unknown) => readonly unknown[]>(jvp)(gradient)(
    primals,
    tangents,
  )
  return tangent
})
