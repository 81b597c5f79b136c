// One use of every sub-path, given the loaded modules: how they were loaded is what the callers differ in.
import assert from "node:assert/strict"
import { createRequire } from "node:module"

const loaded = createRequire(import.meta.url).cache
const gpuLoaded = () => Object.keys(loaded).some((path) => path.includes("gpu.js"))

export async function uses({ core, layers, optim, testing, io }) {
  const { grad, sum, mul, sin, tensor, setEngine, jit } = core
  const derivative = jit(grad((x) => sum(mul(sin(x), x))))
  const check = async () => {
    const [found] = await derivative(tensor([2])).data()
    assert.ok(Math.abs(found - (Math.sin(2) + 2 * Math.cos(2))) < 1e-5, `d(x sin x)/dx at 2 came out as ${found}`)
  }
  await check()

  const optimiser = optim.adam({ learningRate: 0.1 })
  assert.equal(typeof optimiser.init, "function")
  await testing.checkGrads((x) => sum(mul(sin(x), x)), [tensor([0.5, 2])])
  assert.ok(Object.keys(layers).length > 0, "cotangent/layers exports nothing")
  assert.ok(Object.keys(io).length > 0, "cotangent/io exports nothing")

  assert.ok(!gpuLoaded(), "gpu.js was loaded before anyone asked for it")
  await setEngine("gpujs", { mode: "cpu" })
  assert.ok(gpuLoaded(), "setEngine(gpujs) did not load gpu.js")
  await check()
  await setEngine("reference")
  await check()
}
