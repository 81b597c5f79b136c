import { DTypeError } from "../errors.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, constant, foldAll, type Input, load, type Scalar } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { einsumShape } from "../shape/einsum.ts"
import { doNotMix, noArithmetic } from "../shape/messages.ts"
import { type Entry, loopOperation, type Values } from "./primitive.ts"

/** `pattern` as einsum writes it: `"b i k, b k j -> b i j"`. Axes that the result does not name are summed. */
const by = (pattern: string): LoopOperation =>
  loopOperation("contraction", { pattern }, (types) => {
    const {
      inputs: names,
      output,
      sizes,
      shape,
    } = einsumShape(
      pattern,
      types.map((t) => t.shape),
    )
    for (const t of types) {
      if (t.dtype === "bool") throw new DTypeError("dtype", noArithmetic("einsum", t.dtype), { dtype: t.dtype })
      if (t.dtype !== types[0]?.dtype)
        throw new DTypeError("mix", doNotMix("einsum", types[0]?.dtype ?? "nothing", t.dtype), {
          dtypes: types.map((x) => x.dtype),
        })
    }
    const summed = [...sizes.keys()].filter((name) => !output.includes(name))
    const inputs = inputsOf(types)
    return mapLoop(inputs, shape, (...i) =>
      foldAll(
        "sum",
        summed.map((name) => sizes.get(name) ?? 1),
        (ks) => {
          const read = (x: Input): Scalar =>
            load(
              x,
              (names[x.slot] ?? []).map((name) => i[output.indexOf(name)] ?? ks[summed.indexOf(name)] ?? constant(0)),
            )
          return inputs.map(read).reduce((a, b) => binary("mul", a, b))
        },
      ),
    )
  })
const values: Values = { min: -1, max: 1 }
/** The sum over shared axes of a product of tensors. */
export const contraction: Entry & { readonly by: typeof by } = {
  name: "contraction",
  by,
  cases: [
    {
      operation: by("i k, k j -> i j"),
      operands: [
        { shape: [2, 3], values },
        { shape: [3, 4], values },
      ],
    },
    {
      operation: by("b k i, b j k -> j b i"),
      operands: [
        { shape: [2, 3, 2], values },
        { shape: [2, 4, 3], values },
      ],
    },
    {
      operation: by("i, i ->"),
      operands: [
        { shape: [5], values },
        { shape: [5], values },
      ],
    },
    {
      operation: by("i, j -> i j"),
      operands: [
        { shape: [2], values },
        { shape: [3], values },
      ],
    },
    { operation: by("i i -> i"), operands: [{ shape: [3, 3], values }] },
    {
      operation: by("i k, k j -> i j"),
      operands: [
        { shape: [2, 0], values },
        { shape: [0, 3], values },
      ],
    },
  ],
}
