// A network as the right-hand side of a differential equation: from one trajectory of a damped oscillator it learns the law
// of motion. The solution is one scan of midpoint steps; its gradient is another scan, backwards.
import { add, forLoop, grad, jit, matmul, mean, mul, random, scan, square, stack, sub, tensor } from "cotangent"
import { linear, type ParamsOf, sequential, tanh } from "cotangent/layers"
import { adam, applyUpdates } from "cotangent/optim"

const rest = tensor([2, 0])
type State = typeof rest
const solve = (motion: (x: State) => State) => {
  const step = (x: State) => add(x, mul(motion(add(x, mul(motion(x), 0.05))), 0.1))
  return scan((x) => [step(x), step(x)], rest, undefined, { length: 60 })[1]
}
// x'' = -2 x - 0.4 x' from rest at 2.
const law = stack([tensor([0, -2]), tensor([1, -0.4])])
const truth = solve((x) => matmul(x, law))

const network = sequential(linear(2, 16), tanh, linear(16, 2))
type Params = ParamsOf<typeof network>
const predict = (params: Params) => solve((x) => network.apply(params, x))
const loss = (params: Params) => mean(square(sub(predict(params), truth)))

const optimiser = adam({ learningRate: 1e-2 })
const train = jit((params: Params) => {
  const step = ({ params, state }: typeof start) => {
    const [updates, next] = optimiser.update(grad(loss)(params), state, params)
    return { params: applyUpdates(params, updates), state: next }
  }
  const start = { params, state: optimiser.init(params) }
  return forLoop(0, 1000, (_, at) => step(at), start).params
})
const params = train(network.init(random.key(0)))

const [learned, known] = await Promise.all([predict(params), truth].map((x) => x.array()))
learned?.forEach(([x = 0], k) => {
  const line = `${"·".repeat(Math.round(22 + 11 * x))}●`.padEnd(46)
  if (k % 3 === 2)
    console.log(`${((k + 1) / 10).toFixed(1)}  ${line} ${x.toFixed(2)}, truth ${known?.[k]?.[0]?.toFixed(2)}`)
})
