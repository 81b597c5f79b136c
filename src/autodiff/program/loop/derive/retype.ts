/** A Loop over other floats: the float64 oracle of a float32 meaning. */
import type { Element } from "../../../dtype.ts"
import { input, type Loop, mapLoop, prefixLoop, routineLoop, scatterLoop, viewLoop } from "../loop.ts"
import { cast, constant, load, type Scalar } from "../scalar.ts"
import { rewrite } from "../walk.ts"

/** Every f32 and f64 in the Loop becomes `float`; integers, bits and truth stay. */
export function retypeLoop(loop: Loop, float: "f32" | "f64"): Loop {
  const other = float === "f64" ? "f32" : "f64"
  const to = (t: Element): Element => (t === other ? float : t)
  const inputs = loop.inputs.map((x) => input(x.slot, to(x.dtype), x.shape))
  const change = (n: Scalar): Scalar => {
    if (n.op === "const" && n.dtype === other) return constant(n.value, float)
    if (n.op === "cast" && n.dtype === other) return cast(float, n.a)
    if (n.op !== "load") return n
    const from = inputs[n.from.slot]
    return from === undefined || from.dtype === n.from.dtype ? n : load(from, n.at, n.outside)
  }
  const put = (n: Scalar): Scalar => rewrite(n, change)
  switch (loop.form) {
    case "map":
      return mapLoop(inputs, loop.shape, () => loop.bodies.map(put))
    case "prefix":
      return prefixLoop(inputs, loop.shape, loop, () => put(loop.body))
    case "scatter":
      return scatterLoop(
        inputs,
        loop.shape,
        loop.over.map((v) => v.size),
        () => put(loop.init),
        () => ({
          at: loop.at.map(put),
          value: put(loop.value),
        }),
      )
    case "view": {
      const [x] = inputs
      return x === undefined ? loop : viewLoop(x, loop.shape)
    }
    case "routine":
      return routineLoop(
        inputs,
        loop.routine,
        loop.results.map((r) => ({ ...r, dtype: to(r.dtype) })),
      )
  }
}
