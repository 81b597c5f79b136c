// One gradient per example: vmap(grad(loss)) finds the point that pulls hardest on a fit, here a slip of the pen.
import { dot, type F32, grad, mean, type Scalar, square, sub, tensor, vmap } from "cotangent"

const loss = (w: F32<[2]>, x: F32<[2]>, y: Scalar): Scalar => square(sub(dot(w, x), y))
const inBatch = { inAxes: [null, 0, 0] } as const

const w = tensor([1, 2])
const x = tensor([
  [1, 1],
  [1, 2],
  [1, 3],
  [1, 4],
  [1, 5],
  [1, 6],
])
const y = tensor([3.1, 4.9, 7.2, 9.1, 1.1, 12.8]) // 1 + 2 x with some noise; the fifth lacks a digit

// Read it from the inside: a loss of one example, its gradient, and that for every example, without a loop.
const gradients = vmap(grad(loss), inBatch)(w, x, y)
console.log("gradients", gradients)

// The mean of the gradients is the gradient of the mean, which is all that a training loop gets to see.
const ofTheMean = grad((w: F32<[2]>) => mean(vmap(loss, inBatch)(w, x, y)))(w)
console.log("their mean", mean(gradients, { axis: 0 }), "gradient of the mean", ofTheMean)

const lengths = (await gradients.array()).map((g) => Math.hypot(...g))
for (const [k, length] of lengths.entries())
  console.log(`example ${k + 1}  ${length.toFixed(2).padStart(6)}  ${"█".repeat(Math.ceil(length / 3))}`)
console.log(`look at example ${lengths.indexOf(Math.max(...lengths)) + 1}`)
