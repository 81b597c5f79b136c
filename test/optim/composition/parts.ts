/** Every transformation of the library, with hyper-parameters drawn. A test fails for one that is missing here. */
import { random } from "cotangent"
import * as optim from "cotangent/optim"
import { type Opaque, opaque, type Transformation } from "cotangent/optim"
import fc from "fast-check"
import { element, share } from "../model.ts"

type Part = fc.Arbitrary<Transformation<Opaque>>
const key = fc.nat(1000).map((seed) => random.key(seed))
const inner: Part = fc.oneof(
  fc.tuple(share, share).map(([learningRate, beta1]) => opaque(optim.adam({ learningRate, beta1 }))),
  fc.tuple(share, share).map(([learningRate, momentum]) => opaque(optim.sgd({ learningRate, momentum }))),
  share.map((norm) => opaque(optim.clipByGlobalNorm(norm))),
)
const mask = fc.constantFrom<optim.Mask>(
  /deep/,
  /weight$/g,
  (path) => path.endsWith("bias"),
  (_, leaf) => leaf.shape.length > 1,
  () => true,
  () => false,
)
const rate = { learningRate: share }
const granularity = fc.constantFrom<optim.Granularity>("model", "tensor", "element")
const minSize = fc.constantFrom(1, 2, 128)
const betas = { beta1: share, beta2: share }

export const parts: Readonly<Record<string, Part>> = {
  // clipping
  adaptiveClip: share.map((ratio) => opaque(optim.adaptiveClip(ratio))),
  clip: share.map((limit) => opaque(optim.clip(limit))),
  clipByGlobalNorm: share.map((norm) => opaque(optim.clipByGlobalNorm(norm))),
  clipByNorm: share.map((norm) => opaque(optim.clipByNorm(norm))),
  // updates
  addDecayedWeights: fc.tuple(share, mask).map(([decay, m]) => opaque(optim.addDecayedWeights(decay, { mask: m }))),
  addNoise: fc.record({ eta: share, gamma: share, key }).map((options) => opaque(optim.addNoise(options))),
  ema: fc.tuple(share, fc.boolean()).map(([decay, debias]) => opaque(optim.ema(decay, { debias }))),
  inspect: fc.constant(opaque(optim.inspect((updates) => ({ norm: optim.globalNorm(updates) })))),
  scale: element.map((factor) => opaque(optim.scale(factor))),
  scaleByLearningRate: share.map((learningRate) => opaque(optim.scaleByLearningRate(learningRate))),
  zeroNans: fc.constant(opaque(optim.zeroNans())),
  scaleBySign: fc.constant(opaque(optim.scaleBySign())),
  scaleByTrustRatio: share.map((coefficient) => opaque(optim.scaleByTrustRatio({ coefficient }))),
  // directions
  scaleByAdaTam: fc.record({ ...betas, granularity }).map((options) => opaque(optim.scaleByAdaTam(options))),
  scaleByAdafactor: fc.record({ minSize }).map((options) => opaque(optim.scaleByAdafactor(options))),
  scaleByAdagrad: share.map((initial) => opaque(optim.scaleByAdagrad({ initial }))),
  scaleByAdam: fc.record(betas).map((options) => opaque(optim.scaleByAdam(options))),
  scaleByAmsgrad: fc.record(betas).map((options) => opaque(optim.scaleByAmsgrad(options))),
  scaleByLion: fc.record(betas).map((options) => opaque(optim.scaleByLion(options))),
  scaleByMomentum: fc
    .record({ momentum: share, nesterov: fc.boolean() })
    .map((options) => opaque(optim.scaleByMomentum(options))),
  scaleByNadam: fc.record(betas).map((options) => opaque(optim.scaleByNadam(options))),
  scaleByRms: share.map((decay) => opaque(optim.scaleByRms({ decay }))),
  scaleByStandardDeviation: share.map((decay) => opaque(optim.scaleByStandardDeviation({ decay, epsilon: 0.5 }))),
  scaleByTam: fc.record({ momentum: share, granularity }).map((options) => opaque(optim.scaleByTam(options))),
  // optimisers
  adaTam: fc.record({ ...rate, granularity }).map((options) => opaque(optim.adaTam(options))),
  adaTamW: fc.record({ ...rate, weightDecay: share, mask }).map((options) => opaque(optim.adaTamW(options))),
  adafactor: fc.record({ ...rate, minSize }).map((options) => opaque(optim.adafactor(options))),
  adagrad: fc.record(rate).map((options) => opaque(optim.adagrad(options))),
  adam: fc.record({ ...rate, ...betas }).map((options) => opaque(optim.adam(options))),
  adamw: fc.record({ ...rate, weightDecay: share, mask }).map((options) => opaque(optim.adamw(options))),
  amsgrad: fc.record({ ...rate, ...betas }).map((options) => opaque(optim.amsgrad(options))),
  lamb: fc.record({ ...rate, weightDecay: share, mask }).map((options) => opaque(optim.lamb(options))),
  lars: fc.record({ ...rate, momentum: share, weightDecay: share, mask }).map((options) => opaque(optim.lars(options))),
  lion: fc.record({ ...rate, weightDecay: share, mask }).map((options) => opaque(optim.lion(options))),
  momentum: fc.record({ ...rate, momentum: share }).map((options) => opaque(optim.momentum(options))),
  nadam: fc.record({ ...rate, ...betas }).map((options) => opaque(optim.nadam(options))),
  nesterov: fc.record({ ...rate, momentum: share }).map((options) => opaque(optim.nesterov(options))),
  rmsprop: fc.oneof(
    fc.record({ ...rate, decay: share }).map((options) => opaque(optim.rmsprop(options))),
    fc.record({ ...rate, decay: share, momentum: share }).map((options) => opaque(optim.rmsprop(options))),
  ),
  sgd: share.map((learningRate) => opaque(optim.sgd({ learningRate }))),
  tam: fc.record({ ...rate, momentum: share, granularity }).map((options) => opaque(optim.tam(options))),
  // wrappers
  accumulate: fc.tuple(inner, fc.integer({ min: 1, max: 3 })).map(([t, steps]) => opaque(optim.accumulate(t, steps))),
  applyIfFinite: inner.map((t) => opaque(optim.applyIfFinite(t))),
  freeze: mask.map((m) => opaque(optim.freeze(m))),
  injectHyperparameters: fc
    .record({ ...rate, beta1: share })
    .map((options) => opaque(optim.injectHyperparameters(optim.adam)(options))),
  lookahead: fc
    .tuple(inner, fc.integer({ min: 1, max: 3 }), share)
    .map(([t, every, towards]) => opaque(optim.lookahead(t, { every, rate: towards }))),
  masked: fc.tuple(inner, mask).map(([t, m]) => opaque(optim.masked(t, m))),
  multiTransform: fc
    .tuple(inner, inner)
    .map(([a, b]) => opaque(optim.multiTransform({ a, b }, (path) => (path.includes("deep") ? "a" : "b")))),
  setToZero: fc.constant(opaque(optim.setToZero())),
  // composition
  chain: fc.tuple(inner, inner).map(([a, b]) => opaque(optim.chain(a, b))),
  opaque: inner.map((t) => opaque(t)),
  transformation: fc.constant(
    opaque(optim.transformation<optim.NoState>({ init: () => ({}), update: (grads, state) => [grads, state] })),
  ),
}
export const anyPart: Part = fc.oneof(...Object.values(parts))
