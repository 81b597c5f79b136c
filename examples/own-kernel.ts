// A gpu.js kernel of your own, in the middle of a differentiated program: heat spreads over a plate at a rate that nobody
// told us, and Newton's method finds it from the plate as it is 20 steps later. On gpujs, gpu.js runs the kernel; on the
// other engines the same source runs on the host. Its pullback is the kernel itself, for neighbours are so to each other.
import { add, type F32, forLoop, gpuKernel, grad, jit, mul, type Scalar, setEngine, sub, sum, tensor } from "cotangent"
import { checkGrads } from "cotangent/testing"

type Plate = F32<[12, 16]>
const flow: (heat: Plate) => Plate = gpuKernel(
  function flow(heat) {
    const y = this.thread.y
    const x = this.thread.x
    const here = heat[y]![x]!
    let change = 0
    if (y > 0) change += heat[y - 1]![x]! - here
    if (x > 0) change += heat[y]![x - 1]! - here
    if (y < this.output.y - 1) change += heat[y + 1]![x]! - here
    if (x < this.output.x - 1) change += heat[y]![x + 1]! - here
    return change
  },
  { output: [12, 16], vjp: (_, cotangent) => [flow(cotangent)] },
)
const spot = Float32Array.from({ length: 12 * 16 }, (_, i) => (i % 16 < 5 && i < 80 ? 1 : 0))
checkGrads(flow, [tensor(spot, { shape: [12, 16] })], { modes: ["rev"], order: 1 })

console.log(await setEngine("gpujs", { mode: "webasm" }))
const start = tensor(spot, { shape: [12, 16] })
const later = (rate: Scalar): Plate => forLoop(0, 20, (_, heat) => add(heat, mul(rate, flow(heat))), start)
const seen = later(tensor(0.2))
const loss = (rate: Scalar): Scalar => {
  const off = sub(later(rate), seen)
  return sum(mul(off, off))
}
const [slope, curvature] = [jit(grad(loss)), jit(grad(grad(loss)))]
let rate = 0.12
for (let step = 1; step <= 6; step++) {
  const at = tensor(rate)
  rate -= (await slope(at).item()) / (await curvature(at).item())
  console.log(`step ${step}: rate ${rate.toFixed(6)}`)
}
