// Hours of study, and whether the exam was passed: a logistic regression, fitted by gradient descent in one compiled loop.
import { add, forLoop, grad, jit, mean, mul, sigmoid, softplus, sub, tensor, tree } from "cotangent"

const hours = tensor([
  0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5,
])
const passed = tensor([0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1])

const start = { slope: tensor(0), intercept: tensor(0) }
type Params = typeof start

const logits = ({ slope, intercept }: Params) => add(mul(hours, slope), intercept)

/** The mean of -log p(what happened): log(1 + e^z) - z for who passed, log(1 + e^z) for who did not. */
const loss = (params: Params) => mean(sub(softplus(logits(params)), mul(passed, logits(params))))

const descend = jit((start: Params) =>
  forLoop(0, 5000, (_, params) => tree.map((p, g) => sub(p, mul(g, 0.3)), params, grad(loss)(params)), start),
)
const fitted = descend(start)
console.log("fitted", fitted, "gradient there", grad(loss)(fitted))

const chances = await sigmoid(logits(fitted)).array()
const [studied, outcome] = await Promise.all([hours.array(), passed.array()])
chances.forEach((p, k) => {
  const bar = "▇".repeat(Math.round(p * 40)).padEnd(40, "·")
  console.log(`${studied[k]?.toFixed(2)} h  ${bar} ${p.toFixed(2)}  ${outcome[k] === 1 ? "passed" : "failed"}`)
})
