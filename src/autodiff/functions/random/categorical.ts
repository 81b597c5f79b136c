import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { moveAxis } from "../../interpreters/batch.ts"
import { checkOptions } from "../../options.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { reshape } from "../../primitives/reshape.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Categorical } from "../../signatures/random.ts"
import type { Value } from "../../value.ts"
import { add, neg } from "../arithmetic.ts"
import { floatValue } from "../operands.ts"
import { log } from "../real.ts"
import { argmax } from "../reductions/arg.ts"
import { openReals, type Reals } from "./words.ts"

/** Logits plus Gumbel noise: whose largest is drawn has the softmax of the logits as its law. */
export const perturbed = (op: string, key: unknown, logits: Value): Reals =>
  add(typed<Reals>(logits), neg(log(neg(log(openReals(op, key, logits.shape, typed<Reals>(logits).dtype))))))

/**
 * The index of a class along an axis of logits, by default the last, drawn with the probabilities `softmax(logits)`; i32.
 * One draw for each row of logits, or a `shape` of them, to which the rows stretch. A logit of -Infinity is never drawn,
 * and a NaN always is. By Gumbel noise, as in Maddison, Tarlow and Minka, "A* sampling", 2014, section 2.
 *
 * @throws ShapeError where the rows do not stretch to the shape; DTypeError where logits are no floats.
 * @example
 * ```ts
 * import { log, random, tensor } from "cotangent"
 * const logits = log(tensor([0.1, 0.9]))
 * console.log(await random.categorical(random.key(0), logits, { shape: [5] }).array())
 * ```
 */
export const categorical: Categorical = typed(
  (key: unknown, logits: unknown, options: { readonly axis?: number; readonly shape?: Shape } = {}) => {
    checkOptions("random.categorical", options, ["axis", "shape"])
    const given = floatValue("random.categorical", logits)
    const axis = normaliseAxis("random.categorical", options.axis ?? -1, given.shape)
    const rows = moveAxis(given, axis, given.shape.length - 1)
    const batch = rows.shape.slice(0, -1)
    const shape = options.shape ?? batch
    stretchShape("random.categorical", batch, checkSizes("random.categorical", shape))
    const wide = bindOne(broadcast.to([...shape, given.shape[axis] ?? 0]), rows)
    const drawn = argmax(perturbed("categorical", key, wide), { axis: -1 })
    return bindOne(reshape.to(shape), typed<Value>(drawn))
  },
)
