/** Eager differentiation of a tiny function: what a call costs before any arithmetic. The bar: 8 times faster than jax-js. */
import { type F32, grad, jit, mul, sin, sum, tensor } from "cotangent"
import { measure, show } from "./measure.ts"

const data = Array.from({ length: 10 }, (_, i) => (i + 1) / 10)

// jax-js asks for a navigator, which Node 20 does not have.
Object.assign(globalThis, { navigator: globalThis.navigator ?? { hardwareConcurrency: 2 } })
const jax = await import("@jax-js/jax")
await jax.init("wasm")
jax.defaultDevice("wasm")
const { numpy: np } = jax

const ours = grad((x: F32<[10]>) => sum(mul(sin(x), x)))
const compiled = jit(ours)
const x = tensor(new Float32Array(data), { shape: [10] })
const theirs = jax.grad((v: ReturnType<typeof np.array>) => np.sin(v.ref).mul(v).sum())
const y = np.array(data)

const answer = ours(x).arraySync()
const check = theirs(y.ref).js()
if (!Array.isArray(check) || answer.some((a, i) => Math.abs(a - Number(check[i])) > 1e-5))
  throw new Error(`the gradients differ: ${answer} and ${check}`)

const figures = measure([
  { name: "cotangent, eager (wasm)", run: () => void ours(x) },
  { name: "jax-js 0.1.25, eager (wasm)", run: () => theirs(y.ref).dispose() },
  { name: "cotangent, jit(grad)", run: () => void compiled(x) },
])
show("grad(x => sum(mul(sin(x), x))) on 10 elements", figures)
const [mine, peer] = figures
if (mine === undefined || peer === undefined) throw new Error("nothing was measured")
const ratio = peer.microseconds / mine.microseconds
console.log(`  ${ratio.toFixed(1)} times faster than jax-js; the bar is 8: ${ratio >= 8 ? "met" : "missed"}`)
if (ratio < 8) process.exitCode = 1
