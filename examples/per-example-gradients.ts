// One gradient per example: vmap(grad(loss)) finds the point that pulls hardest on a fit, which here is a typing error.
import { dot, type F32, grad, mean, mul, type Scalar, sqrt, square, stack, sub, sum, tensor, vmap } from "cotangent"

const loss = (w: F32<[2]>, x: F32<[2]>, y: Scalar): Scalar => square(sub(dot(w, x), y))

const hours = [1, 2, 3, 4, 5, 6, 7, 8]
const x = tensor(hours.map((h) => [1, h] as const), { shape: [8, 2] })
const y = tensor([3.1, 4.9, 7.2, 9.1, 1.1, 12.8, 15.1, 16.9]) // about 1 + 2 h; the fifth should have been 11.1
const w = tensor([1, 2])
