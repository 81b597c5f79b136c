/**
 * A hundred training steps of a small MLP, softmax cross-entropy and Adam through jit(valueAndGrad), beside the same run
 * written out in plain float64 loops: forward, backward and optimiser by hand.
 */
import {
  add,
  crossEntropy,
  div,
  jit,
  matmul,
  mean,
  mul,
  setEngine,
  sqrt,
  sub,
  type Tensor,
  tanh,
  tensor,
  tree,
  valueAndGrad,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { generator } from "../../src/testing/numbers.ts"

const [examples, inputs, hidden, classes, steps] = [12, 5, 8, 3, 100]
const [rate, b1, b2, epsilon] = [0.02, 0.9, 0.999, 1e-8]
const next = generator(2024)
const draw = (n: number, scale: number): readonly number[] =>
  Array.from({ length: n }, () => Math.fround((next() * 2 - 1) * scale))
const start = {
  w: draw(inputs * hidden, 0.6),
  b: draw(hidden, 0.1),
  v: draw(hidden * classes, 0.6),
  c: draw(classes, 0.1),
}
const images = draw(examples * inputs, 1)
const labels = Array.from({ length: examples }, (_, i) => (i * 7 + (i >> 1)) % classes)

/** The same by hand: losses of all steps, parameters after the last. */
function byHand() {
  const p = { w: [...start.w], b: [...start.b], v: [...start.v], c: [...start.c] }
  const moments = Object.fromEntries(Object.entries(p).map(([k, x]) => [k, { m: x.map(() => 0), s: x.map(() => 0) }]))
  const at = (xs: readonly number[], i: number): number => xs[i] ?? Number.NaN
  const losses: number[] = []
  for (let t = 1; t <= steps; t++) {
    const g = { w: p.w.map(() => 0), b: p.b.map(() => 0), v: p.v.map(() => 0), c: p.c.map(() => 0) }
    let loss = 0
    for (let n = 0; n < examples; n++) {
      const h: number[] = []
      for (let j = 0; j < hidden; j++) {
        let z = at(p.b, j)
        for (let i = 0; i < inputs; i++) z += at(images, n * inputs + i) * at(p.w, i * hidden + j)
        h.push(Math.tanh(z))
      }
      const logits: number[] = []
      for (let k = 0; k < classes; k++) {
        let z = at(p.c, k)
        for (let j = 0; j < hidden; j++) z += at(h, j) * at(p.v, j * classes + k)
        logits.push(z)
      }
      const top = Math.max(...logits)
      const total = logits.reduce((sum, z) => sum + Math.exp(z - top), 0)
      const label = at(labels, n)
      loss += (top + Math.log(total) - at(logits, label)) / examples
      const dh = h.map(() => 0)
      for (let k = 0; k < classes; k++) {
        const d = (Math.exp(at(logits, k) - top) / total - Number(k === label)) / examples
        g.c[k] = at(g.c, k) + d
        for (let j = 0; j < hidden; j++) {
          g.v[j * classes + k] = at(g.v, j * classes + k) + at(h, j) * d
          dh[j] = at(dh, j) + at(p.v, j * classes + k) * d
        }
      }
      for (let j = 0; j < hidden; j++) {
        const d = at(dh, j) * (1 - at(h, j) ** 2)
        g.b[j] = at(g.b, j) + d
        for (let i = 0; i < inputs; i++) g.w[i * hidden + j] = at(g.w, i * hidden + j) + at(images, n * inputs + i) * d
      }
    }
    losses.push(loss)
    for (const name of ["w", "b", "v", "c"] as const) {
      const { m, s } = moments[name] ?? { m: [], s: [] }
      p[name].forEach((x, i) => {
        const d = at(g[name], i)
        m[i] = b1 * at(m, i) + (1 - b1) * d
        s[i] = b2 * at(s, i) + (1 - b2) * d * d
        p[name][i] = x - (rate * (at(m, i) / (1 - b1 ** t))) / (Math.sqrt(at(s, i) / (1 - b2 ** t)) + epsilon)
      })
    }
  }
  return { losses, params: p }
}

/** The run as users write it. Shapes and dtype are those of the tensors handed in. */
function byLibrary(dtype: "f32" | "f64") {
  const make = (x: readonly number[], shape: readonly number[]): Tensor =>
    typed<(x: Float64Array, options: unknown) => Tensor>(tensor)(Float64Array.from(x), { dtype, shape })
  const x = make(images, [examples, inputs])
  const y: Tensor<[number], "i32"> = tensor(Int32Array.from(labels))
  type Params = { readonly [K in keyof typeof start]: Tensor }
  const net = typed<(p: Params) => Tensor<readonly [], "f32">>((p: { w: Wide; b: Wide; v: Wide; c: Wide }) =>
    mean(crossEntropy(add(matmul(tanh(add(matmul(typed<Wide>(x), p.w), p.b)), p.v), p.c), y)),
  )
  type Wide = Tensor<readonly number[], "f32">
  const lossAndGrad =
    typed<(f: typeof net) => (p: Params) => readonly [Tensor<readonly [], "f32">, Params]>(valueAndGrad)(net)
  const fold = typed<(f: (...leaves: readonly Wide[]) => Wide, ...trees: readonly Params[]) => Params>(tree.map)
  const step = jit(
    typed<
      (
        p: Params,
        m: Params,
        s: Params,
        t: number,
        u: number,
      ) => readonly [Tensor<readonly [], "f32">, Params, Params, Params]
    >((p: Params, m: Params, s: Params, biasM: Tensor<readonly [], "f32">, biasS: Tensor<readonly [], "f32">) => {
      const [loss, g] = lossAndGrad(p)
      const none = (): never => {
        throw new Error("a leaf is missing")
      }
      const m1 = fold((a = none(), d = none()) => add(mul(a, b1), mul(d, 1 - b1)), m, g)
      const s1 = fold((a = none(), d = none()) => add(mul(a, b2), mul(mul(d, d), 1 - b2)), s, g)
      const moved = fold(
        (q = none(), a = none(), r = none()) =>
          sub(q, div(mul(div(a, biasM), rate), add(sqrt(div(r, biasS)), epsilon))),
        p,
        m1,
        s1,
      )
      return [loss, moved, m1, s1]
    }),
    { donate: [0, 1, 2] },
  )
  let p: Params = {
    w: make(start.w, [inputs, hidden]),
    b: make(start.b, [hidden]),
    v: make(start.v, [hidden, classes]),
    c: make(start.c, [classes]),
  }
  const nothing = (): Params => fold((q) => mul(q ?? fail(), 0), p)
  let [m, s] = [nothing(), nothing()]
  const losses: number[] = []
  for (let t = 1; t <= steps; t++) {
    const [loss, p1, m1, s1] = step(p, m, s, 1 - b1 ** t, 1 - b2 ** t)
    losses.push(loss.itemSync())
    p = p1
    m = m1
    s = s1
  }
  return { losses, params: Object.fromEntries(Object.entries(p).map(([k, v]) => [k, [...v.dataSync()]])) }
}
const fail = (): never => {
  throw new Error("a leaf is missing")
}

describe("a golden trace of 100 training steps", () => {
  const expected = byHand()
  it("learns at all: the loss falls to a tenth", () => {
    const [first = 0, last = 0] = [expected.losses[0], expected.losses.at(-1)]
    expect(first).toBeGreaterThan(0.9)
    expect(last).toBeLessThan(first / 10)
  })
  it.each(["reference", "wasm"] as const)("equals the run by hand in float64 on %s", async (engine) => {
    await setEngine(engine)
    const found = byLibrary("f64")
    expectClose(found.losses, expected.losses, { rtol: 2e-14 })
    expectClose(found.params, expected.params, { rtol: 6e-14 })
  })
  it.each(["reference", "wasm"] as const)("and within rounding in float32 on %s", async (engine) => {
    await setEngine(engine)
    const found = byLibrary("f32")
    expectClose(found.losses, expected.losses, { rtol: 8e-6 })
    expectClose(found.params, expected.params, { rtol: 4e-5 })
  })
})
