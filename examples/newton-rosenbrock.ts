// Newton's method on Rosenbrock's banana, whose minimum lies at the end of a curved valley. Gradient descent needs
// thousands of steps to get there; the Hessian knows the way.
import { add, div, dot, forLoop, grad, hessian, jit, matmul, mul, slice, square, sub, sum, type Tensor, tensor, zerosLike } from "cotangent"

type Point = Tensor<[2], "f64">

const rosenbrock = (p: Point) => {
  const [x, y] = [slice(p, [0], [1]), slice(p, [1], [2])]
  return sum(add(square(sub(1, x)), mul(100, square(sub(y, square(x))))))
}

/** Conjugate gradients: exact after as many rounds as there are variables. */
const solve = (a: Tensor<[2, 2], "f64">, b: Point): Point => {
  const start = { x: zerosLike(b), residual: b, direction: b }
  return forLoop(
    0,
    2,
    (_, { x, residual, direction }) => {
      const image = matmul(a, direction)
      const length = div(dot(residual, residual), dot(direction, image))
      const next = sub(residual, mul(length, image))
      const turn = div(dot(next, next), dot(residual, residual))
      return { x: add(x, mul(length, direction)), residual: next, direction: add(next, mul(turn, direction)) }
    },
    start,
  ).x
}
const step = jit((p: Point) => sub(p, solve(hessian(rosenbrock)(p), grad(rosenbrock)(p))))

let p = tensor([-1.2, 1], { dtype: "f64" })
for (let k = 0; k <= 6; k++) {
  const [x = 0, y = 0] = await p.array()
  console.log(`step ${k}  x = ${x.toFixed(10)}  y = ${y.toFixed(10)}  f = ${(await rosenbrock(p).item()).toExponential(3)}`)
  p = step(p)
}
