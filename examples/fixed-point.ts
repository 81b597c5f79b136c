// Kepler's equation, E = M + e sin E, has no solution in closed form: it is solved by iteration. Its derivatives come from
// the equation itself, by one linear solve; the iteration is never differentiated, however many rounds it takes.
import { add, forLoop, grad, jvp, linearSolve, mul, sin, stopGradient, sub, sum, tensor } from "cotangent"

const orbit = { mean: tensor([0.5, 1, 2, 3]), eccentricity: tensor(0.6) }
type Orbit = typeof orbit
type Angles = Orbit["mean"]
type Equation = (orbit: Orbit, anomaly: Angles) => Angles

const kepler: Equation = ({ mean, eccentricity }, anomaly) => add(mean, mul(eccentricity, sin(anomaly)))

const iterate = (f: (x: Angles) => Angles, x: Angles): Angles => forLoop(0, 60, (_, x) => f(x), x)

/** x with x = g(orbit, x), differentiable by the orbit. */
const fixedPoint = (g: Equation, orbit: Orbit): Angles => {
  const constant = stopGradient(orbit)
  const inX = (x: Angles) => g(constant, x)
  const x = iterate(inX, constant.mean)
  // From x = g(orbit, x) follows (1 - dg/dx) dx = dg/dorbit: a system in dx, itself solved by iterating dx = b + dg/dx dx.
  const system = (dx: Angles) => sub(dx, jvp(inX)([x], [dx])[1])
  const solve = (a: (x: Angles) => Angles, b: Angles) => iterate((dx) => add(b, sub(dx, a(dx))), b)
  return add(x, linearSolve(system, sub(g(orbit, x), x), { solve }))
}

const anomaly = await fixedPoint(kepler, orbit).array()
const gradient = grad((orbit: Orbit) => sum(fixedPoint(kepler, orbit)))(orbit)
const byMean = await gradient.mean.array()

console.log("M = E - e sin E   E          dE/dM      1 / (1 - e cos E)")
anomaly.forEach((E, k) => {
  const row = [E - 0.6 * Math.sin(E), E, byMean[k] ?? Number.NaN, 1 / (1 - 0.6 * Math.cos(E))]
  console.log(row.map((x, at) => x.toFixed(6).padEnd(at === 0 ? 17 : 10)).join(" "))
})
const byHand = anomaly.reduce((total, E) => total + Math.sin(E) / (1 - 0.6 * Math.cos(E)), 0)
console.log(`sum of dE/de ${(await gradient.eccentricity.item()).toFixed(5)}, by hand ${byHand.toFixed(5)}`)
