// Where the time of a training step goes: every kernel of a small network's gradient, held against what this machine
// reaches at best. The trace opens in chrome://tracing and ui.perfetto.dev.
import { add, crossEntropy, explain, grad, matmul, mean, mul, profile, random, relu, type Tensor } from "cotangent"
import { saveTrace } from "cotangent/io"

const [k1, k2, k3, k4] = random.split(random.key(0), 4)
const weights = {
  w1: mul(random.normal(k1, [784, 256]), 0.05),
  b1: random.normal(k2, [256]),
  w2: mul(random.normal(k3, [256, 10]), 0.1),
  b2: random.normal(k4, [10]),
}
const loss = ({ w1, b1, w2, b2 }: typeof weights, x: Tensor<[128, 784]>, labels: Tensor<[128], "i32">) => {
  const hidden = relu(add(matmul(x, w1), b1))
  return mean(crossEntropy(add(matmul(hidden, w2), b2), labels))
}
const x = random.uniform(random.key(1), [128, 784])
const labels = random.randint(random.key(2), [128], { low: 0, high: 10 })

const { totals, plan } = explain(grad(loss), { as: "data" })(weights, x, labels)
console.log(`${totals.kernels} kernels, ${(totals.operations / 1e6).toFixed(1)} million operations`)
console.log(`temporaries of ${plan.memory.temporaries} bytes, at most ${plan.memory.peak} of them alive at once\n`)

const found = profile(grad(loss))(weights, x, labels)
console.log(String(found))
await saveTrace("out/profiling/trace.json", found)
