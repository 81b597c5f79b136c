/**
 * One step of an optimiser on a million parameters, [1000, 1000], whose gradient is given: what memory allows, measured as
 * a copy beside it. State and parameters are donated, or the peers' own way of writing in place.
 */
import { abs, type F32, jit, tensor } from "cotangent"
import {
  adam,
  adamw,
  adaTam,
  applyUpdates,
  lion,
  momentum,
  type StateOf,
  sgd,
  type Transformation,
  tam,
} from "cotangent/optim"
import { numbers } from "../harness/data.ts"
import { type Bar, fasterThanPeers, type Row, type Side } from "../harness/row.ts"
import { type JaxArray, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, tfjsOperand } from "../worker/tfjs.ts"

const side = 1000
const size = side * side
type Params = F32<[1000, 1000]>
const [rate, decay, beta1, beta2, epsilon] = [1e-3, 0.01, 0.9, 0.999, 1e-8] as const

/** Every 97th number: a megabyte in text for each contender would say no more. */
const some = (values: ArrayLike<number>): Float32Array => Float32Array.from(values).filter((_, k) => k % 97 === 0)

function cotangent<F extends StateOf>(optimiser: Transformation<F>): Side {
  return () => {
    const [start, gradient]: readonly [Params, Params] = [operand(1, [side, side]), operand(2, [side, side])]
    const step = jit(
      ({ params, inner }: State, gradient: Params) => {
        const [updates, next] = optimiser.update(gradient, inner, params)
        return { params: applyUpdates(params, updates), inner: next }
      },
      { donate: [0] },
    )
    type State = { readonly params: Params; readonly inner: ReturnType<typeof optimiser.init<Params>> }
    let state: State = { params: start, inner: optimiser.init(start) }
    return ours(() => {
      state = step(state, gradient)
      const { params } = state
      return [{ data: async () => some(await params.data()) }]
    })
  }
}

/** One step of jax-js, whose arrays are consumed: (parameters, states, gradient) to (parameters, states). */
type JaxStep = (p: JaxArray, states: readonly JaxArray[], g: JaxArray) => readonly [JaxArray, readonly JaxArray[]]
/** By hand, as in mlp.ts: npm had no package of its optimisers to install. `starts`: a shape for each state. */
const jax =
  (
    starts: readonly (readonly number[])[],
    start: number,
    stepOf: (jax: Awaited<ReturnType<typeof loadJax>>) => JaxStep,
  ): Side =>
  async () => {
    const library = await loadJax()
    const { numpy, jit, blockUntilReady } = library
    const million = (seed: number) => numpy.array(numbers(seed, size)).reshape([side, side])
    const gradient = million(2)
    const step = jit(stepOf(library))
    let params = million(1)
    let states = starts.map((shape) => (shape.length === 1 ? numpy.array([start, start]) : numpy.zeros(shape)))
    const run = async () => {
      const [next, after] = step(params, states, gradient.ref)
      params = next
      states = [...after]
      await blockUntilReady([params, ...states])
    }
    return { run, outputs: async () => [await run().then(async () => some(await params.ref.data()))] }
  }
const full = [side, side] as const

/** Adam with the powers of its decays as a state, so that one trace serves all steps. */
const jaxAdam = (decay: number): Side =>
  jax([full, full, [2]], 1, ({ numpy }) => (p, [m, v, powers], g) => {
    if (m === undefined || v === undefined || powers === undefined) throw new Error("three states were made")
    const next = powers.mul(numpy.array([beta1, beta2]))
    const [correction1, correction2] = [numpy.array(1).sub(next.ref.slice(0)), numpy.array(1).sub(next.ref.slice(1))]
    const m2 = m.mul(beta1).add(g.ref.mul(1 - beta1))
    const v2 = v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2))
    const direction = m2.ref.div(correction1).div(numpy.sqrt(v2.ref.div(correction2)).add(epsilon))
    const kept = decay === 0 ? p : p.mul(1 - rate * decay)
    return [kept.sub(direction.mul(rate)), [m2, v2, next]]
  })

const tfjs =
  (optimiserOf: (train: Awaited<ReturnType<typeof loadTfjs>>["train"]) => TfOptimiser): Side =>
  async () => {
    const tf = await loadTfjs()
    const [start, gradient] = [await tfjsOperand(1, [side, side]), await tfjsOperand(2, [side, side])]
    const params = tf.variable(start)
    const optimiser = optimiserOf(tf.train)
    const run = () => optimiser.applyGradients({ [params.name]: gradient })
    return {
      run,
      outputs: async () => {
        run()
        return [some(await params.data())]
      },
    }
  }
type TfOptimiser = {
  readonly applyGradients: (gradients: Readonly<Record<string, Awaited<ReturnType<typeof tfjsOperand>>>>) => void
}

const copied = 3_500_000
/** In place, as the steps are: half of the bytes are read and the same ones written. */
const copyRow: Row = {
  name: "optimiser-copy",
  title: "a copy: 14 MB read and 14 MB written",
  kind: "calls",
  tolerance: 0,
  bytes: 8 * copied,
  remark: "ours in place, the others from one array to another",
  bars: [],
  torch: true,
  sides: {
    cotangent: () => {
      let x: F32<[3500, 1000]> = tensor(magnitudes(), { shape: [3500, side] })
      // The magnitude of what is not negative; a function that does nothing would do nothing.
      const copy = jit((x: F32<[3500, 1000]>) => abs(x), { donate: [0] })
      return ours(() => {
        x = copy(x)
        const read = x
        return [{ data: async () => some(await read.data()) }]
      })
    },
    plain: () => {
      const [from, to] = [magnitudes(), new Float32Array(copied)]
      const { run } = plain(() => to.set(from), [])
      return { run, outputs: () => Promise.resolve([some(to)]) }
    },
  },
}
const magnitudes = (): Float32Array => numbers(1, copied).map(Math.abs)

/** Bytes a parameter that a step reads and writes, each array once a pass. */
const row = (
  name: string,
  title: string,
  perParameter: number,
  sides: Row["sides"],
  bars: readonly Bar[] = [],
): Row => ({
  name: `optimiser-${name}`,
  title: `one step of ${title} on [1000, 1000], gradient given`,
  kind: "calls",
  tolerance: 1e-5,
  bytes: perParameter * size,
  bars: [
    ...bars,
    ...(sides.jax === undefined && sides.tfjs === undefined ? [] : [fasterThanPeers("one", 1)]),
    { kind: "within", ours: "threads", most: 1 },
  ],
  torch: true,
  sides,
})
const ofCopy = { kind: "bandwidth", of: "optimiser-copy", least: 0.7 } as const

export const optimiserRows: readonly Row[] = [
  copyRow,
  row("sgd", "sgd", 12, {
    cotangent: cotangent(sgd({ learningRate: rate })),
    jax: jax([], 0, () => (p, _, g) => [p.sub(g.mul(rate)), []]),
    tfjs: tfjs((train) => train.sgd(rate)),
  }),
  row("momentum", "momentum", 20, {
    cotangent: cotangent(momentum({ learningRate: rate })),
    jax: jax([full], 0, () => (p, [m = g0()], g) => {
      const next = m.mul(beta1).add(g)
      return [p.sub(next.ref.mul(rate)), [next]]
    }),
    tfjs: tfjs((train) => train.momentum(rate, beta1)),
  }),
  row(
    "adam",
    "adam",
    28,
    {
      cotangent: cotangent(adam({ learningRate: rate })),
      jax: jaxAdam(0),
      tfjs: tfjs((train) => train.adam(rate, beta1, beta2, epsilon)),
    },
    [
      { ...ofCopy, ours: "one", as: "plain" },
      { ...ofCopy, ours: "one", as: "one" },
      { ...ofCopy, ours: "threads", as: "threads" },
    ],
  ),
  row("adamw", "adamw", 28, {
    cotangent: cotangent(adamw({ learningRate: rate, weightDecay: decay })),
    jax: jaxAdam(decay),
  }),
  row("lion", "lion", 20, {
    cotangent: cotangent(lion({ learningRate: rate })),
    jax: jax([full], 0, ({ numpy }) => (p, [m = g0()], g) => {
      const direction = numpy.sign(m.ref.mul(beta1).add(g.ref.mul(1 - beta1)))
      return [p.sub(direction.mul(rate)), [m.mul(0.99).add(g.mul(0.01))]]
    }),
  }),
  // Two passes: m and g for the cosine, then the step.
  row("tam", "tam", 28, { cotangent: cotangent(tam({ learningRate: rate })) }),
  row("ada-tam", "adaTam", 36, { cotangent: cotangent(adaTam({ learningRate: rate })) }),
]
function g0(): never {
  throw new Error("one state was made")
}
