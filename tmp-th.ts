import { inputsOf, mapLoop, type MapLoop } from "./src/autodiff/program/loop/loop.ts"
import { binary, load, foldAll } from "./src/autodiff/program/loop/scalar.ts"
import { newHeap } from "./src/backend/wasm/heap.ts"
import { newKernels } from "./src/backend/wasm/kernels.ts"
const heap = newHeap(2 ** 31), kernels = newKernels(heap)
const mm = (m: number, k: number, n: number, kind: string) => { 
  const [x, y] = inputsOf([{ dtype: "f32", shape: kind[0] === "n" ? [m, k] : [k, m] }, { dtype: "f32", shape: kind[1] === "n" ? [k, n] : [n, k] }])
  return mapLoop([x!, y!], [m, n], (i, j) => foldAll("sum", [k], ([l]) => binary("mul", load(x!, kind[0] === "n" ? [i!, l!] : [l!, i!]), load(y!, kind[1] === "n" ? [l!, j!] : [j!, l!])))) }
for (const kind of ["nn", "tn", "nt"]) for (const [m, k, n] of [[8, 8, 8], [16, 16, 16], [20, 20, 20], [24, 24, 24], [32, 32, 32], [40, 40, 40], [48, 48, 48], [64, 64, 64], [128, 256, 10], [10, 256, 128], [256, 128, 10], [4, 784, 256], [1, 784, 256], [128, 32, 128], [16, 16, 128], [128, 16, 16]]) {
  const l = mm(m!, k!, n!, kind)
  const at = l.inputs.map((x) => heap.take(4 * x.shape[0]! * x.shape[1]!)); at.push(heap.take(4 * m! * n!))
  for (const a of at) new Float32Array(heap.memory.buffer, a, 16).fill(0.5)
  const kern = kernels(l); let best = 1e9
  const c = Math.ceil(2e6 / (m! * n! * k!))
  for (let r = 0; r < 16; r++) { const t0 = performance.now(); for (let i = 0; i < c; i++) kern.run(...at); best = Math.min(best, (performance.now() - t0) * 1000 / c); await new Promise(d => setTimeout(d, 4)) }
  console.log(process.env.PACK ?? "default", kind, m, k, n, best.toFixed(2), "us", (2 * m! * n! * k! / best / 1000).toFixed(1), "GF")
}
