// x sin x and its first three derivatives, on a whole grid of points at once.
import { grad, linspace, mul, type Scalar, sin, vmap } from "cotangent"

const f = (x: Scalar): Scalar => mul(x, sin(x))
const x = linspace(-6, 6, 25)

// grad takes a function and gives a function, so its result can be differentiated again; vmap runs one on many points.
const columns = [x, vmap(f)(x), vmap(grad(f))(x), vmap(grad(grad(f)))(x), vmap(grad(grad(grad(f))))(x)]
const [points = [], ...values] = await Promise.all(columns.map((column) => column.array()))

const plot = (y: number): string =>
  "·"
    .repeat(Math.round(14 + 2 * y))
    .concat("●")
    .padEnd(32)
console.log("     x   ", ["f", "f'", "f''", "f'''"].map((name) => name.padStart(8)).join(" "), "  f'")
points.forEach((at, k) => {
  const row = values.map((column) => (column[k] ?? Number.NaN).toFixed(4).padStart(8))
  console.log(at.toFixed(2).padStart(6), "  ", row.join(" "), "  ", plot(values[1]?.[k] ?? 0))
})
