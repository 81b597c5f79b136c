// Newton's method on Rosenbrock's banana, a curved valley in which gradient descent creeps for thousands of steps. The
// Hessian knows the way: six steps from the classical start (-1.2, 1) to the minimum at (1, 1).
import { add, div, grad, hessian, jit, mul, type Scalar, square, sub, tensor } from "cotangent"

type Real = Scalar<"f64">

const banana = (x: Real, y: Real): Real => add(square(sub(1, x)), mul(100, square(sub(y, square(x)))))

const both = { argnums: [0, 1] } as const
const step = jit((x: Real, y: Real) => {
  const [gx, gy] = grad(banana, both)(x, y)
  const [[a, b], [, d]] = hessian(banana, both)(x, y)
  // Cramer's rule for [[a, b], [b, d]] times the step = the gradient.
  const determinant = sub(mul(a, d), square(b))
  const dx = div(sub(mul(d, gx), mul(b, gy)), determinant)
  const dy = div(sub(mul(a, gy), mul(b, gx)), determinant)
  return [sub(x, dx), sub(y, dy)] as const
})

let [x, y] = [tensor(-1.2, { dtype: "f64" }), tensor(1, { dtype: "f64" })]
for (let k = 0; k <= 6; k++) {
  const [atX, atY, value] = await Promise.all([x, y, banana(x, y)].map((t) => t.item()))
  console.log(`step ${k}  x = ${atX?.toFixed(9)}  y = ${atY?.toFixed(9)}  f = ${value?.toExponential(2)}`)
  ;[x, y] = step(x, y)
}
