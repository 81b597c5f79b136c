/**
 * How the logarithm l of a gamma draw moves with its concentration a, while its place in the distribution stays (Figurnov,
 * Mohamed and Mnih, "Implicit reparameterization gradients", 2018, equation 5): dz/da = -(dF/da) / p with z = e^l, the
 * distribution function F and the density p.
 *
 * -dF/da is the integral of (log t - ψ(a)) p(t) over t > z, ψ the digamma function, and since that over all t is 0, also the
 * negative of the one over t < z. On one of the two sides the integrand has one sign, so nothing cancels. With t = z e^(±u)
 * and c = ±(z - a), both sides read
 *
 *   dl/da = ∫ (|l - ψ(a)| + u) exp(-c u - z (e^(±u) - 1 ∓ u)) du  over u > 0,
 *
 * whose exponent is concave: on [0, where it is -38], Gauss and Legendre's rule of 32 points leaves an error of 1e-13
 * wherever z > 1. Below 1 the power series of F does.
 */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { concat } from "../../primitives/concat.ts"
import { fromNumber } from "../../tensor.ts"
import { jit } from "../../transforms/jit.ts"
import { stopGradient } from "../../transforms/stop-gradient.ts"
import { abs, add, div, maximum, minimum, mul, neg, sub } from "../arithmetic.ts"
import { less, where } from "../logic.ts"
import { exp, log, sqrt } from "../real.ts"
import { sum } from "../reductions/sum.ts"
import { expandDims } from "../shaping.ts"
import { gaussLegendre } from "./gauss-legendre.ts"
import { logOnePlus } from "./logarithm.ts"
import { type Reals, shaped } from "./words.ts"

/** log a - ψ(a), which is small where both are large: its asymptotic series from 8 on, below with ψ(a) = ψ(a + 1) - 1 / a. */
function logMinusDigamma(a: Reals): Reals {
  const small = less(a, 8)
  const low = where(small, a, 1)
  const b = where(small, add(a, 8), a)
  let steps: Reals = log(div(low, add(low, 8)))
  for (let k = 0; k < 8; k++) steps = add(steps, div(1, add(low, k)))
  const r = div(1, mul(b, b))
  let series: Reals = div(r, 12)
  for (const c of [-691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12]) series = mul(r, add(series, c))
  return add(add(div(0.5, b), series), where(small, steps, 0))
}
/** e^x - 1 - x. */
function expLessLine(x: Reals): Reals {
  const near = less(abs(x), 0.5)
  const y = where(near, x, 0)
  let series: Reals = add(div(y, 16), 1)
  for (let k = 15; k > 2; k--) series = add(div(mul(y, series), k), 1)
  return where(near, div(mul(mul(y, y), series), 2), sub(sub(exp(x), 1), x))
}

/** dl/da = Σ z^n / (a (a + 1) … (a + n)) (ψ(a + n + 1) - l) for z ≤ 1, where 20 terms are enough. */
function bySeries(a: Reals, l: Reals): Reals {
  const z = exp(l)
  let factor: Reals = div(1, a)
  let digamma: Reals = sub(log(add(a, 1)), logMinusDigamma(add(a, 1)))
  let total: Reals = mul(factor, sub(digamma, l))
  for (let n = 1; n < 20; n++) {
    const next = div(1, add(a, n))
    factor = mul(factor, mul(z, next))
    digamma = add(digamma, next)
    total = add(total, mul(factor, sub(digamma, l)))
  }
  return total
}
/** Where c u + z (e^(±u) - 1 ∓ u) is 38: from above by a bound of its parabola, then by Newton's method, as it is convex. */
function whereNegligible(a: Reals, z: Reals, c: Reals, side: Reals): Reals {
  const far = 38
  // (e^u - 1 - u) / u² is at least 1/2; with -u it is at least 1/3 for u < 1, and beyond, a u = 38 + z is too far.
  const root = (bend: number): Reals => div(2 * far, add(c, sqrt(add(mul(c, c), mul(bend * far, z)))))
  const below = root(4 / 3)
  let u: Reals = where(less(0, side), root(2), where(less(below, 1), below, div(add(z, far), a)))
  for (let step = 0; step < 4; step++) {
    const x = mul(side, u)
    const bend = expLessLine(x)
    const slope = add(c, mul(mul(side, z), add(bend, x)))
    u = sub(u, div(sub(add(mul(c, u), mul(z, bend)), far), slope))
  }
  return u
}
/** Joined from literals, which are part of a Program: a tensor would tie it to the engine that has it. */
const literals = (xs: readonly number[], dtype: Reals["dtype"]): Reals =>
  typed(bindOne(concat.along(0), ...xs.map((x) => shaped(fromNumber(dtype, x), [1]))))
function byQuadrature(a: Reals, l: Reals): Reals {
  const rule = gaussLegendre(32)
  const [nodes, weights] = [literals(rule.nodes, a.dtype), literals(rule.weights, a.dtype)]
  const z = exp(l)
  // Both terms are small beside l where a is large.
  const score = add(logOnePlus(div(sub(z, a), a)), logMinusDigamma(a))
  const side = where(less(score, 0), neg(div(a, a)), div(a, a))
  const c = mul(side, sub(z, a))
  const end = stopGradient(whereNegligible(a, z, c, side))
  const last = (x: Reals): Reals => expandDims(x, { axis: -1 })
  const u = mul(last(end), nodes)
  const exponent = add(mul(last(c), u), mul(last(z), expLessLine(mul(last(side), u))))
  const values = mul(add(last(abs(score)), u), exp(neg(exponent)))
  return mul(end, sum(mul(values, weights), { axis: -1 }))
}

/** dl/da; the branch that is not taken gets a place where it is finite. */
export const gammaSlope: (a: Reals, l: Reals) => Reals = jit((a: Reals, l: Reals): Reals => {
  const below = less(l, 0)
  return where(below, bySeries(a, minimum(l, 0)), byQuadrature(a, maximum(l, 0)))
})
