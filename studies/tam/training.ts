/** The network of the study, its optimisers, and one run of training. */
import {
  add,
  argmax,
  cast,
  crossEntropy,
  div,
  equal,
  expm1,
  type F32,
  jit,
  type Key,
  mean,
  mul,
  neg,
  type Scalar,
  sqrt,
  stack,
  tensor,
  tree,
  valueAndGrad,
} from "cotangent"
import { batches } from "cotangent/io"
import { batched, linear, type ParamsOf, relu, sequential } from "cotangent/layers"
import {
  adam,
  adaTam,
  applyUpdates,
  type Granularity,
  type Opaque,
  type OptimiserState,
  opaque,
  sgd,
  type Transformation,
  tam,
  tamMetrics,
} from "cotangent/optim"
import type { Examples, Images, Labels } from "./data.ts"

export interface Method {
  readonly name: "SGDM" | "TAM" | "Adam" | "Adam, both uncorrected" | "AdaTAM"
  readonly rate: number
  /** TAM's gamma; 0.9. */
  readonly smoothing?: number
  readonly granularity?: Granularity
}
export const sgdm = (rate: number): Method => ({ name: "SGDM", rate })
export const torque = (rate: number): Method => ({ name: "TAM", rate })
export const show = ({ name, rate }: Method): string => `${name} ${rate}`

/** 1 - beta^t for t = step + 1, without the cancellation. */
const gone = (beta: number, step: Scalar<"i32">): Scalar => neg(expm1(mul(cast(add(step, 1), "f32"), Math.log(beta))))

/** Rates and gammas are traced: one compiled step serves all of them. */
const optimiserOf = ({ name, granularity = "model" }: Method, learningRate: Scalar, smoothing: Scalar) => {
  const makers: Readonly<Record<Method["name"], () => Transformation<Opaque>>> = {
    SGDM: () => opaque(sgd({ learningRate, momentum: 0.9 })),
    TAM: () => opaque(tam({ learningRate, momentum: 0.9, smoothing, granularity })),
    Adam: () => opaque(adam({ learningRate })),
    // Adam at a rate that takes back the corrections of both moments: (1 - beta1^t) / sqrt(1 - beta2^t).
    "Adam, both uncorrected": () =>
      opaque(
        adam({
          learningRate: (step) => {
            const [first, second] = [gone(0.9, step), gone(0.999, step)]
            return div(mul(learningRate, first), sqrt(second))
          },
        }),
      ),
    AdaTAM: () => opaque(adaTam({ learningRate, smoothing, granularity })),
  }
  return makers[name]()
}

const network = (hidden: number) => batched(sequential(linear(784, hidden), relu, linear(hidden, 10)))
type Network = ReturnType<typeof network>
export type Params = ParamsOf<Network>
export const initial = (hidden: number, key: Key): Params => network(hidden).init(key)

const outputs = (params: Params, x: Images): F32<readonly [number, 10]> =>
  network(params[0].bias.shape[0]).apply(params, x)
const rightShare = (logits: F32<readonly [number, 10]>, y: Labels): Scalar =>
  mean(cast(equal(cast(argmax(logits, { axis: 1 }), "i32"), y), "f32"))
const loss = (params: Params, x: Images, y: Labels): readonly [Scalar, Scalar] => {
  const logits = outputs(params, x)
  return [mean(crossEntropy(logits, y)), rightShare(logits, y)]
}

interface Position {
  readonly params: Params
  readonly optimiser: OptimiserState<Params>
}
type TorqueState = Parameters<typeof tamMetrics>[0]
const isTorque = (state: object): state is TorqueState => "smoothed" in state && "cosine" in state

const makeStep = (method: Method) =>
  jit(
    (at: Position, rate: Scalar, smoothing: Scalar, x: Images, y: Labels) => {
      const optimiser = optimiserOf(method, rate, smoothing)
      const [[value, right], gradient] = valueAndGrad(loss, { hasAux: true })(at.params, x, y)
      const [updates, state] = optimiser.update(gradient, at.optimiser, at.params)
      const { damping, cosine } = isTorque(state) ? tamMetrics(state) : { damping: tensor(1), cosine: tensor(0) }
      return [
        { params: applyUpdates(at.params, updates), optimiser: state },
        stack([value, right, damping, cosine]),
      ] as const
    },
    // A position that is left is never come back to: its memory becomes the next one's.
    { donate: [0] },
  )
// A worker measures many cells: what is compiled once serves all that differ in rate and gamma.
const steps = new Map<string, ReturnType<typeof makeStep>>()
const stepOf = (method: Method): ReturnType<typeof makeStep> => {
  const name = `${method.name} ${method.granularity ?? "model"}`
  const step = steps.get(name) ?? makeStep(method)
  steps.set(name, step)
  return step
}

export interface Training {
  readonly method: Method
  readonly from: Params
  /** Where an earlier run of the method left its optimiser, which is used up; at its beginning. */
  readonly optimiser?: OptimiserState<Params>
  readonly examples: Examples
  readonly batch: number
  /** Of the order of the data. */
  readonly key: Key
  readonly steps: number
  /** The place in that order where it begins. */
  readonly first?: number
}
export interface Trained extends Position {
  /** Of every step, before it: the loss on its batch, the share that was right, and TAM's damping and cosine. */
  readonly losses: readonly number[]
  readonly right: readonly number[]
  readonly dampings: readonly number[]
  readonly cosines: readonly number[]
}

export async function train({
  method,
  from,
  optimiser,
  examples,
  batch,
  key,
  steps,
  first = 0,
}: Training): Promise<Trained> {
  const [rate, smoothing] = [tensor(method.rate), tensor(method.smoothing ?? 0.9)]
  const step = stepOf(method)
  const { at } = batches({ x: examples.x, y: examples.y }, { size: batch })
  // The first step gives its position away, and `from` belongs to the caller.
  const params = tree.map((leaf) => mul(leaf, 1), from)
  let position: Position = { params, optimiser: optimiser ?? optimiserOf(method, rate, smoothing).init(params) }
  const seen: F32<readonly [4]>[] = []
  for (let k = 0; k < steps; k++) {
    const { x, y } = at(key, first + k)
    const [next, numbers] = step(position, rate, smoothing, x, y)
    position = next
    seen.push(numbers)
  }
  const rows = await Promise.all(seen.map((numbers) => numbers.array()))
  const column = (k: number): readonly number[] => rows.map((row) => row[k] ?? Number.NaN)
  return { ...position, losses: column(0), right: column(1), dampings: column(2), cosines: column(3) }
}

const score = jit((params: Params, x: Images, y: Labels) => stack(loss(params, x, y)))
export interface Score {
  /** Per cent. */
  readonly error: number
  readonly loss: number
}
export async function evaluate(params: Params, { x, y }: Examples): Promise<Score> {
  const [value = Number.NaN, right = Number.NaN] = await score(params, x, y).array()
  return { error: 100 * (1 - right), loss: value }
}

/** (1 - t) a + t b. */
export const between = (a: Params, b: Params, t: number): Params =>
  tree.map((x, y) => add(mul(x, 1 - t), mul(y, t)), a, b)
