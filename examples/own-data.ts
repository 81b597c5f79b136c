// From a table of one's own to a trained model in a file: used cars, and a network that learns what they sell for.
import { div, exp, type F32, grad, jit, meanSquaredError, mul, random, sub, tensor } from "cotangent"
import { batches, loadTree, readCsv, saveTree, writeCsv } from "cotangent/io"
import { batched, linear, type ParamsOf, sequential, tanh } from "cotangent/layers"
import { adam, applyUpdates } from "cotangent/optim"

// Your file is there already. This one is drawn, by a rule that the network is not told.
const age = random.uniform(random.key(1), [512], { high: 10 })
const driven = random.uniform(random.key(2), [512], { high: 200 })
await writeCsv("out/own-data/cars.csv", { age, driven, price: sub(mul(30, exp(div(age, -5))), div(driven, 25)) })

const table = await readCsv("out/own-data/cars.csv")
const data = { cars: table.matrix(["age", "driven"]), prices: table.matrix(["price"]) }
const { at, perEpoch } = batches(data, { size: 64 })

const model = batched(sequential(linear(2, 32), tanh, linear(32, 1)))
const predict = (params: ParamsOf<typeof model>, cars: F32<[number, 2]>) =>
  mul(10, model.apply(params, div(cars, tensor([10, 200]))))
const optimiser = adam({ learningRate: 0.01 })
const params = model.init(random.key(3))
const start = { params, moments: optimiser.init(params) }

const step = jit(({ params, moments }: typeof start, { cars, prices }: typeof data) => {
  const gradient = grad((p: typeof params) => meanSquaredError(predict(p, cars), prices))(params)
  const [updates, next] = optimiser.update(gradient, moments, params)
  return { params: applyUpdates(params, updates), moments: next }
})
let state = start
for (let k = 0; k < 100 * perEpoch; k++) state = step(state, at(random.key(4), k))
await saveTree("out/own-data/model.safetensors", state.params)

const { tree: loaded } = await loadTree("out/own-data/model.safetensors", { like: params })
console.log("mean squared error", await meanSquaredError(predict(loaded, data.cars), data.prices).item())
console.log("a car of 5 years, driven 100:", await predict(loaded, tensor([[5, 100]])).array())
