/** For each law: functions that keep it, and mutants of them, each with one mistake that people make. */
import {
  abs,
  add,
  clip,
  cos,
  cumsum,
  customJvp,
  customVjp,
  definePrimitive,
  div,
  exp,
  type F32,
  flip,
  less,
  log,
  loop,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  type Scalar,
  sin,
  softmax,
  sort,
  sqrt,
  stopGradient,
  sub,
  sum,
  take,
  tanh,
  tensor,
  transpose,
  where,
  zeros,
} from "cotangent"
import { type Closely, close, expectClose, laws, permutations, tensors, values } from "cotangent/testing"
import fc from "fast-check"
import * as O from "fp-ts/lib/Option.js"

type V = F32<[3]>
type M = F32<[3, 3]>
type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>

export interface Subject {
  readonly law: string
  /** What it is, or the mistake in it. */
  readonly name: string
  /** What the failure has to say: undefined for a function that keeps the law. */
  readonly says?: RegExp
  readonly make: () => Property
}
const smooth = tensors({ shape: [3], values: values.awayFrom([-1, 0, 1], 0.05) })
const xs = tensors({ shape: [3] })
const ms = tensors({ shape: [3, 3] })
const positive = tensors({ shape: [3], values: values.between(0.5, 2) })

const right = (law: string, name: string, make: () => Property): Subject => ({ law, name, make })
const mutant = (law: string, name: string, says: RegExp, make: () => Property): Subject => ({ law, name, says, make })

/** sin with a derivative of one's own. */
const sinBy = (slope: (x: V, t: V) => V) =>
  customJvp(
    (x: V) => sin(x),
    ([x], [t]) => [sin(x), slope(x, t)],
  )
const timesBack = (back: (x: V, y: V, ct: V) => readonly [V | undefined, V | undefined]) =>
  customVjp((x: V, y: V) => mul(x, y), {
    forward: (x, y) => [mul(x, y), { x, y }],
    backward: (kept, ct) => back(kept.x, kept.y, ct),
  })

/** Twice x, as a primitive whose rules can be wrong. */
const twice = (wrong: { readonly transpose?: number; readonly batch?: "drops" | "shares" }) =>
  definePrimitive<(x: V) => V>(
    "twice",
    ([x]) => loop.map([x], [3], (i) => loop.binary("mul", loop.load(x, [i]), loop.constant(2, "f32"))),
    {
      transpose: ([ct]) => [ct === undefined ? undefined : mul(ct, wrong.transpose ?? 2)],
      batch: ([x]) => {
        if (x === undefined) return []
        if (wrong.batch === "drops") return [x]
        return [wrong.batch === "shares" ? mul(add(mul(x, 0), take(x, tensor(0, { dtype: "i32" }))), 2) : mul(x, 2)]
      },
    },
  )

const causalMean = (window: (i: number, j: number) => boolean) => (x: F32<[4, 2]>) => {
  const weights = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => (window(i, j) ? 1 : 0)))
  return matmul(tensor(weights) as F32<[4, 4]>, x)
}
/** Attention of one head over itself, with what is added to the scores of later keys. */
const attention = (hidden: number) => (x: F32<[4, 2]>) => {
  const mask = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => (j <= i ? 0 : hidden)))
  return matmul(softmax(add(matmul(x, transpose(x)), tensor(mask) as F32<[4, 4]>)), x)
}
const sequences = tensors({ shape: [4, 2], values: values.between(-1, 1) })

let calls = 0
/** Counts its calls, and lets them show. */
const counting = (x: V): V => mul(x, 1 + (calls++ % 7))
/** Whether a tensor has no numbers, asked as a user's function might. */
function isTraced(x: V): boolean {
  try {
    x.dataSync()
    return false
  } catch {
    return true
  }
}

const nearly: Closely<unknown> = (a, b) => close(a, b, { rtol: 1e-4, atol: 1e-5 })

export const subjects: readonly Subject[] = [
  right("gradients", "sin(x) x", () => laws.gradients((x: V) => mul(sin(x), x), [xs])),
  right("gradients", "a tree of two", () =>
    laws.gradients(
      (p: { w: V; b: Scalar }, x: V) => add(sum(mul(p.w, tanh(x))), p.b),
      [fc.record({ w: xs, b: tensors({ shape: [] }) }), xs],
      { order: 1 },
    ),
  ),
  right("gradients", "abs away from its kink", () => laws.gradients((x: V) => abs(x), [smooth])),
  right("gradients", "a customVjp, in reverse", () =>
    laws.gradients(
      timesBack((x, y, ct) => [mul(ct, y), mul(ct, x)]),
      [xs, xs],
      { modes: ["rev"] },
    ),
  ),
  mutant("gradients", "a factor in a customJvp", /gradients: jvp.*off by the factor 2/s, () =>
    laws.gradients(
      sinBy((x, t) => mul(2, mul(cos(x), t))),
      [xs],
    ),
  ),
  mutant("gradients", "a sign in a customJvp", /the sign of a rule is wrong/, () =>
    laws.gradients(
      sinBy((x, t) => neg(mul(cos(x), t))),
      [xs],
    ),
  ),
  mutant("gradients", "a thousandth", /jvp, result 0, in the direction of argument\[0\]/, () =>
    laws.gradients(
      sinBy((x, t) => mul(1.001, mul(cos(x), t))),
      [xs],
    ),
  ),
  mutant("gradients", "a term missing in a customVjp", /argument\[1\].*the derivative is lost/s, () =>
    laws.gradients(
      timesBack((_, y, ct) => [mul(ct, y), undefined]),
      [xs, xs],
      { modes: ["rev"] },
    ),
  ),
  mutant("gradients", "cotangents exchanged", /vjp in the direction of argument\[0\]/, () =>
    laws.gradients(
      timesBack((x, y, ct) => [mul(ct, x), mul(ct, y)]),
      [xs, xs],
      { modes: ["rev"] },
    ),
  ),
  mutant("gradients", "stopGradient on one path", /gradients/, () =>
    laws.gradients((x: V) => mul(x, stopGradient(x)), [xs]),
  ),
  mutant("gradients", "right to first order only", /of the (pullback|jvp)/, () =>
    laws.gradients(
      sinBy((x, t) => mul(stopGradient(cos(x)), t)),
      [xs],
    ),
  ),
  mutant("gradients", "sqrt at 0", /edge of the domain|kink|NaN/, () =>
    laws.gradients((x: V) => sqrt(abs(x)), [tensors({ shape: [3], values: values.exact({ max: 1, bits: 0 }) })]),
  ),
  mutant("gradients", "abs at its kink", /has a kink within .* before it and .* after it|jumps here/, () =>
    laws.gradients((x: V) => abs(x), [tensors({ shape: [3], values: values.exact({ max: 1, bits: 0 }) })]),
  ),
  mutant("gradients", "a step", /jumps here|kink/, () =>
    laws.gradients(
      (x: V) => where(less(x, 0), x, add(x, 1)),
      [tensors({ shape: [3], values: values.exact({ max: 1, bits: 0 }) })],
    ),
  ),
  mutant("gradients", "NaN out of a branch not taken", /NaN.*its argument safe/s, () =>
    laws.gradients(
      (x: V) => where(less(0, x), mul(x, log(x)), 0),
      [tensors({ shape: [3], values: values.awayFrom([0], 0.1) })],
    ),
  ),

  right("transpose", "matmul", () => laws.transpose((a: M, b: M) => matmul(a, b), [ms, ms])),
  right("transpose", "a kink does not matter", () => laws.transpose((x: V) => maximum(x, 0), [xs])),
  mutant("transpose", "a primitive's transpose, by a factor", /<u, J' v> is not <J u, v> at argument\[0\]/, () =>
    laws.transpose(twice({ transpose: 3 }), [xs]),
  ),
  mutant("transpose", "a primitive's transpose, by its sign", /transpose/, () =>
    laws.transpose(twice({ transpose: -2 }), [xs]),
  ),
  mutant("transpose", "a function that changes with every call", /differs from call to call/, () =>
    laws.transpose(counting, [xs]),
  ),

  right("vmapIsLoop", "softmax", () => laws.vmapIsLoop((x: V) => softmax(x), [xs])),
  right("vmapIsLoop", "shared weights", () =>
    laws.vmapIsLoop((w: M, x: V) => matmul(w, x), [ms, xs], { inAxes: [null, 0] }),
  ),
  right("vmapIsLoop", "another axis", () => laws.vmapIsLoop((w: M) => sum(w, { axis: 0 }), [ms], { inAxes: [1] })),
  right("vmapIsLoop", "a batched function that keeps examples apart", () =>
    laws.vmapIsLoop((x: V) => sub(x, mean(x)), [xs], {
      batched: (x: F32<[number, 3]>) => sub(x, mean(x, { axis: 1, keepDims: true })),
    }),
  ),
  mutant("vmapIsLoop", "a batch rule that forgets the factor", /vmap\(f\) is not the loop over f/, () =>
    laws.vmapIsLoop(twice({ batch: "drops" }), [xs]),
  ),
  mutant("vmapIsLoop", "a batch rule that gives all the first example", /vmap\(f\)/, () =>
    laws.vmapIsLoop(twice({ batch: "shares" }), [xs]),
  ),
  mutant("vmapIsLoop", "a function that changes with every call", /a counter/, () => laws.vmapIsLoop(counting, [xs])),
  mutant("vmapIsLoop", "a mean over the batch", /batched is not the loop.*mixes examples/s, () =>
    laws.vmapIsLoop((x: V) => sub(x, mean(x)), [xs], {
      batched: (x: F32<[number, 3]>) => sub(x, mean(x, { axis: 0 })),
    }),
  ),

  right("jitIsEager", "softmax of a product", () => laws.jitIsEager((a: M, x: V) => softmax(matmul(a, x)), [ms, xs])),
  mutant("jitIsEager", "state", /called again with the same arguments/, () => laws.jitIsEager(counting, [xs])),
  mutant("jitIsEager", "Math.random()", /keeps state or draws without a key/, () =>
    laws.jitIsEager((x: V) => mul(x, Math.random()), [xs]),
  ),
  mutant("jitIsEager", "a value outside that is moved on between calls", /jit\(f\) is not f/, () => {
    let rate = 1
    const moving = xs.map((x) => {
      rate++
      return x
    })
    return laws.jitIsEager((x: V) => mul(x, rate), [moving])
  }),

  right("enginesAgree", "tanh of a product", () => laws.enginesAgree((a: M, x: V) => tanh(matmul(a, x)), [ms, xs])),
  mutant("enginesAgree", "a function that changes with every call", /f on (wasm|gpujs) is not f on reference/, () =>
    laws.enginesAgree(counting, [xs]),
  ),
  mutant("enginesAgree", "a tensor from outside", /./, () => {
    const weights = tensor([1, 2, 3])
    return laws.enginesAgree((_: V) => mul(weights, 2), [xs])
  }),

  right("linear", "a product with constants, a sum", () => laws.linear((x: V) => sum(mul(x, tensor([1, 2, 3]))), [xs])),
  right("linear", "matmul in its second argument", () =>
    laws.linear((a: M, x: V) => matmul(a, x), [ms, xs], { argnums: 1 }),
  ),
  mutant("linear", "a bias", /f\(a x \+ b y\) is not a f\(x\) \+ b f\(y\).*adds a constant/s, () =>
    laws.linear((x: V) => add(mul(x, 2), 0.5), [xs]),
  ),
  mutant("linear", "a square", /bends/, () => laws.linear((x: V) => mul(x, x), [xs])),
  mutant("linear", "abs", /linear/, () => laws.linear((x: V) => abs(x), [xs])),
  mutant("linear", "a derivative by half", /the derivative of f at x in the direction of y is not f\(y\)/, () =>
    laws.linear(
      customJvp(
        (x: V) => mul(x, 2),
        ([x], [t]) => [mul(x, 2), t],
      ),
      [xs],
    ),
  ),
  mutant("linear", "linear in both arguments, not in one after the other", /linear/, () =>
    laws.linear((a: M, x: V) => matmul(a, x), [ms, xs]),
  ),

  right("homogeneous", "a norm", () => laws.homogeneous((x: V) => sqrt(sum(mul(x, x))), [smooth], { degree: 1 })),
  right("homogeneous", "a quadratic form, also by negative factors", () =>
    laws.homogeneous((a: M, x: V) => sum(mul(x, matmul(a, x))), [ms, xs], { degree: 2, argnums: 1, signed: true }),
  ),
  right("homogeneous", "argmax of what is scaled", () =>
    laws.homogeneous((x: V) => div(x, sum(x)), [positive], { degree: 0 }),
  ),
  mutant("homogeneous", "an epsilon", /a constant \(an epsilon/, () =>
    laws.homogeneous((x: V) => sqrt(add(sum(mul(x, x)), 0.01)), [smooth], { degree: 1 }),
  ),
  mutant("homogeneous", "another degree", /grew like c\^2:/, () =>
    laws.homogeneous((x: V) => sum(mul(x, x)), [xs], { degree: 1 }),
  ),
  mutant("homogeneous", "abs, by negative factors", /homogeneous/, () =>
    laws.homogeneous((x: V) => abs(x), [xs], { degree: 1, signed: true }),
  ),
  mutant("homogeneous", "half of the derivative", /in the direction of x is not 2 f\(x\)/, () =>
    laws.homogeneous((x: V) => mul(x, stopGradient(x)), [xs], { degree: 2 }),
  ),

  right("monotone", "a running sum of exp", () => laws.monotone((x: V) => cumsum(exp(x)), [xs])),
  right("monotone", "1 / x of positive x", () =>
    laws.monotone((x: V) => div(1, x), [positive], { direction: "decreasing" }),
  ),
  mutant("monotone", "softmax", /f of the smaller argument is .*f is not increasing/s, () =>
    laws.monotone((x: V) => softmax(x), [xs]),
  ),
  mutant("monotone", "the wrong way round", /f of the larger argument|not decreasing/, () =>
    laws.monotone((x: V) => exp(x), [xs], { direction: "decreasing" }),
  ),
  mutant("monotone", "the sign of a derivative", /moves one way and its derivative says the other/, () =>
    laws.monotone(
      customJvp(
        (x: V) => tanh(x),
        ([x], [t]) => [tanh(x), neg(t)],
      ),
      [xs],
    ),
  ),
  mutant("monotone", "up, with a dent", /monotone/, () => laws.monotone((x: V) => add(x, sin(mul(x, 3))), [xs])),

  right("idempotent", "clip", () => laws.idempotent((x: V) => clip(x, -1, 1), [xs], { tolerance: 0 })),
  right("idempotent", "sort", () => laws.idempotent((x: V) => sort(x), [xs], { tolerance: 0 })),
  mutant("idempotent", "a step towards 1", /f\(f\(x\)\) is not f\(x\)/, () =>
    laws.idempotent((x: V) => mul(0.5, add(x, 1)), [xs]),
  ),
  mutant("idempotent", "an epsilon in a normalisation", /epsilon that is added each time/, () =>
    laws.idempotent((x: V) => div(x, add(sqrt(sum(mul(x, x))), 0.01)), [smooth]),
  ),

  right("involution", "flip", () => laws.involution((x: V) => flip(x), [xs], { tolerance: 0 })),
  mutant("involution", "a turn instead of a reversal", /f\(f\(x\)\) is not x/, () =>
    laws.involution((x: V) => take(x, tensor([1, 2, 0], { dtype: "i32" })), [xs]),
  ),
  mutant("involution", "a clip on the way", /it clips, rounds or sorts/, () =>
    laws.involution((x: V) => neg(clip(x, -1, 1)), [xs]),
  ),

  right("lipschitz", "softmax, by 1", () => laws.lipschitz((x: V) => softmax(x), [xs], { constant: 1 })),
  right("lipschitz", "a mean in the largest norm", () =>
    laws.lipschitz((x: V) => mean(x), [xs], { constant: 1, norm: Number.POSITIVE_INFINITY }),
  ),
  mutant("lipschitz", "a square", /\|f\(x\) - f\(y\)\| is .*the quotient is/s, () =>
    laws.lipschitz((x: V) => mul(x, x), [xs], { constant: 2 }),
  ),
  mutant("lipschitz", "steeper by a hundredth", /lipschitz/, () =>
    laws.lipschitz((x: V) => mul(1.01, x), [xs], { constant: 1 }),
  ),
  mutant("lipschitz", "a derivative that is too large", /the derivative does not: a rule is too large/, () =>
    laws.lipschitz(
      sinBy((_, t) => mul(3, t)),
      [xs],
      { constant: 1 },
    ),
  ),

  right("causal", "a running sum", () => laws.causal((x: V) => cumsum(x), [xs], { axis: 0 })),
  right("causal", "a mean of the past", () =>
    laws.causal(
      causalMean((i, j) => j <= i),
      [sequences],
      { axis: 0 },
    ),
  ),
  right("causal", "masked attention", () => laws.causal(attention(Number.NEGATIVE_INFINITY), [sequences], { axis: 0 })),
  right("causal", "time on the second axis", () => laws.causal((x: M) => cumsum(x, { axis: 1 }), [ms], { axis: -1 })),
  mutant("causal", "a mask that is off by one", /up to time \d.*off by one/s, () =>
    laws.causal(
      causalMean((i, j) => j <= i + 1),
      [sequences],
      { axis: 0 },
    ),
  ),
  mutant("causal", "a mask the other way round", /causal/, () =>
    laws.causal(
      causalMean((i, j) => j >= i),
      [sequences],
      { axis: 0 },
    ),
  ),
  mutant("causal", "a mask of -10", /causal/, () => laws.causal(attention(-10), [sequences], { axis: 0 })),
  mutant("causal", "a softmax over time", /causal/, () =>
    laws.causal((x: M) => softmax(x, { axis: 1 }), [ms], { axis: 1 }),
  ),
  mutant("causal", "a mean of all times", /a statistic over all times/, () =>
    laws.causal((x: F32<[4, 2]>) => sub(x, mean(x, { axis: 0 })), [sequences], { axis: 0 }),
  ),
  mutant("causal", "a derivative that looks ahead", /derivative of f up to time .*\(forward\)/, () =>
    laws.causal(
      customJvp(
        (x: V) => cumsum(x),
        ([x], [t]) => [cumsum(x), flip(cumsum(t))],
      ),
      [xs],
      { axis: 0 },
    ),
  ),
  mutant("causal", "a pullback that looks ahead", /derivative of f up to time .*\(reverse\)/, () =>
    laws.causal(
      customVjp((x: V) => cumsum(x), { forward: (x) => [cumsum(x), undefined], backward: (_, ct) => [cumsum(ct)] }),
      [xs],
      { axis: 0, modes: ["rev"] },
    ),
  ),

  right("equivariant", "softmax under permutations", () =>
    laws.equivariant((x: V) => softmax(x), [xs], {
      by: permutations(3),
      input: ([x], order) => [take(x, order)],
      output: (y, order) => take(y, order),
    }),
  ),
  right("equivariant", "a sum is invariant", () =>
    laws.equivariant((x: V) => sum(x), [xs], { by: permutations(3), input: ([x], order) => [take(x, order)] }),
  ),
  right("equivariant", "one change: odd", () =>
    laws.equivariant((x: V) => sin(x), [xs], { input: ([x]) => [neg(x)], output: (y) => neg(y) }),
  ),
  mutant("equivariant", "a running sum under permutations", /f\(input\(x, g\)\) is not output\(f\(x\), g\)/, () =>
    laws.equivariant((x: V) => cumsum(x), [xs], {
      by: permutations(3),
      input: ([x], order) => [take(x, order)],
      output: (y, order) => take(y, order),
    }),
  ),
  mutant("equivariant", "attention with a mask", /looks at positions/, () =>
    laws.equivariant(attention(Number.NEGATIVE_INFINITY), [sequences], {
      by: permutations(4),
      input: ([x], order) => [take(x, order)],
      output: (y, order) => take(y, order),
    }),
  ),
  mutant("equivariant", "the axes mixed up", /equivariant/, () =>
    laws.equivariant((x: M) => softmax(x, { axis: 0 }), [ms], {
      input: ([x]) => [transpose(x)],
      output: (y) => transpose(y),
    }),
  ),

  right("chainRule", "exp of a square", () =>
    laws.chainRule(
      (y: V) => sum(exp(y)),
      (x: V) => tanh(mul(x, x)),
      [xs],
    ),
  ),
  mutant("chainRule", "another function where it is traced", /reads numbers where it can/, () =>
    laws.chainRule(
      (y: V) => exp(y),
      (x: V) => mul(x, isTraced(x) ? 1 : 0.5),
      [xs],
    ),
  ),
  mutant("chainRule", "a function that changes with every call", /\(f \. g\)' v is not f' \(g' v\)/, () =>
    laws.chainRule(counting, (x: V) => mul(x, x), [xs]),
  ),

  right("monoid", "sums", () =>
    laws.monoid({ concat: (x: V, y: V) => add(x, y), empty: zeros([3]) }, xs, (a, b) => close(a, b, { ulps: 0 })),
  ),
  right("monoid", "products up to rounding", () =>
    laws.monoid({ concat: (x: V, y: V) => mul(x, y), empty: tensor([1, 1, 1]) }, xs, (a, b) =>
      expectClose(a, b, { rtol: 1e-5 }),
    ),
  ),
  mutant("monoid", "a mean of means", /concat\(concat\(a, b\), c\) is not|concat\(empty, a\)/, () =>
    laws.monoid({ concat: (x: V, y: V) => mul(0.5, add(x, y)), empty: zeros([3]) }, xs, nearly),
  ),
  mutant("monoid", "a difference", /concat forgets what it has seen|concat\(empty, a\) is not a/, () =>
    laws.monoid({ concat: (x: V, y: V) => sub(x, y), empty: zeros([3]) }, xs, nearly),
  ),
  mutant("monoid", "not associative, with a unit", /concat\(concat\(a, b\), c\) is not/, () =>
    laws.monoid({ concat: (x: V, y: V) => add(add(x, y), mul(mul(x, x), y)), empty: zeros([3]) }, xs, nearly),
  ),
  mutant("monoid", "0 as the unit of a maximum", /empty is not the unit/, () =>
    laws.monoid({ concat: (x: V, y: V) => maximum(x, y), empty: zeros([3]) }, xs, (a, b) => close(a, b).close),
  ),

  right("functor", "fp-ts's Option of tensors", () =>
    laws.functor(O.Functor, fc.option(xs).map(O.fromNullable), {
      functions: [(x: V) => sin(x), (x) => mul(x, 2)],
      near: (a, b) => (O.isSome(a) && O.isSome(b) ? close(a.value, b.value).close : O.isNone(a) && O.isNone(b)),
    }),
  ),
  right("functor", "a map over a list", () =>
    laws.functor((list: V[], f: (x: V) => V) => list.map((x) => f(x)), fc.array(xs, { maxLength: 3 }), {
      functions: [(x) => sin(x), (x) => mul(x, 2)],
      near: (a, b) => close(a, b),
    }),
  ),
  mutant("functor", "a map that turns the list round", /map\(x, id\) is not x/, () =>
    laws.functor((list: V[], f: (x: V) => V) => list.map((x) => f(x)).reverse(), fc.array(xs, { maxLength: 3 }), {
      functions: [(x) => sin(x)],
      near: (a, b) => close(a, b),
    }),
  ),
  mutant("functor", "a map that rounds what it gives", /functor/, () =>
    laws.functor((list: V[], f: (x: V) => V) => list.map((x) => clip(f(x), -2, 2)), fc.array(xs, { maxLength: 3 }), {
      functions: [(x) => mul(x, 4), (x) => mul(x, 0.25)],
      near: (a, b) => close(a, b),
    }),
  ),
]
