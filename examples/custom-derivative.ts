// log(1 + e^x) is harmless, and yet its derivative as written is inf / inf where e^x overflows. customJvp says it better,
// once: reverse mode, batches and second derivatives follow from the one rule.
import { abs, add, customJvp, exp, grad, log, maximum, mul, neg, type Scalar, sigmoid, tensor, vmap } from "cotangent"

const naive = (x: Scalar): Scalar => log(add(1, exp(x)))

const value = (x: Scalar): Scalar => add(maximum(x, 0), log(add(1, exp(neg(abs(x))))))
const softplus = customJvp(value, ([x], [dx]) => [value(x), mul(sigmoid(x), dx)])

const x = tensor([-100, -1, 0, 1, 100])
const rows = {
  x,
  "naive f": vmap(naive)(x),
  "naive f'": vmap(grad(naive))(x),
  "custom f": vmap(softplus)(x),
  "custom f'": vmap(grad(softplus))(x),
  "custom f''": vmap(grad(grad(softplus)))(x),
}
for (const [name, row] of Object.entries(rows))
  console.log(name.padEnd(12), (await row.array()).map((v) => v.toPrecision(5).padStart(11)).join(" "))
