/** Every optimiser's first five steps on quadratics against its formula, written anew here in doubles. */
import { readdirSync } from "node:fs"
import * as optim from "cotangent/optim"
import { opaque } from "cotangent/optim"
import fc from "fast-check"
import { expect, test } from "vitest"
import { bowl, byHand, expectNear, type Rule, share, walk, whole } from "../walk.ts"

const [b1, b2] = [0.8, 0.95]
const epsilon = 1e-6
const norm = (x: readonly number[]) => Math.hypot(...x)
const rms = (x: readonly number[]) => Math.sqrt(x.reduce((sum, y) => sum + y * y, 0) / x.length)

/** Adam's two moments, each corrected: the mean and the mean square. */
function moments() {
  let [m, v] = [0, 0]
  return (g: number, t: number) => {
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    return { m, v, mean: m / (1 - b1 ** t), square: v / (1 - b2 ** t) }
  }
}

/** One line for each optimiser: what it is, and the update of one coordinate. */
const elementwise: readonly (readonly [
  name: string,
  make: (rate: number) => optim.Transformation<optim.Opaque>,
  rule: (rate: number) => Rule,
])[] = [
  ["sgd", (learningRate) => opaque(optim.sgd({ learningRate })), (rate) => (g) => -rate * g],
  [
    "momentum",
    (learningRate) => opaque(optim.momentum({ learningRate, momentum: b1 })),
    (rate) => {
      let v = 0
      return (g) => {
        v = b1 * v + g
        return -rate * v
      }
    },
  ],
  [
    "nesterov",
    (learningRate) => opaque(optim.nesterov({ learningRate, momentum: b1 })),
    (rate) => {
      let v = 0
      return (g) => {
        v = b1 * v + g
        return -rate * (g + b1 * v)
      }
    },
  ],
  [
    "adagrad",
    (learningRate) => opaque(optim.adagrad({ learningRate, initial: 0.5, epsilon })),
    (rate) => {
      let s = 0.5
      return (g) => {
        s += g * g
        return (-rate * g) / (Math.sqrt(s) + epsilon)
      }
    },
  ],
  [
    "rmsprop",
    (learningRate) => opaque(optim.rmsprop({ learningRate, decay: b2, epsilon })),
    (rate) => {
      let v = 0
      return (g) => {
        v = b2 * v + (1 - b2) * g * g
        return (-rate * g) / (Math.sqrt(v) + epsilon)
      }
    },
  ],
  [
    "rmsprop, centred, with momentum",
    (learningRate) => opaque(optim.rmsprop({ learningRate, decay: b2, epsilon, centered: true, momentum: b1 })),
    (rate) => {
      let [v, m, ball] = [0, 0, 0]
      return (g) => {
        v = b2 * v + (1 - b2) * g * g
        m = b2 * m + (1 - b2) * g
        ball = b1 * ball + g / (Math.sqrt(v - m * m) + epsilon)
        return -rate * ball
      }
    },
  ],
  [
    "adam",
    (learningRate) => opaque(optim.adam({ learningRate, beta1: b1, beta2: b2, epsilon })),
    (rate) => {
      const next = moments()
      return (g, t) => {
        const { mean, square } = next(g, t)
        return (-rate * mean) / (Math.sqrt(square) + epsilon)
      }
    },
  ],
  [
    "adamw",
    (learningRate) => opaque(optim.adamw({ learningRate, beta1: b1, beta2: b2, epsilon, weightDecay: 0.3 })),
    (rate) => {
      const next = moments()
      return (g, t, w) => {
        const { mean, square } = next(g, t)
        return -rate * (mean / (Math.sqrt(square) + epsilon) + 0.3 * w)
      }
    },
  ],
  [
    "amsgrad",
    (learningRate) => opaque(optim.amsgrad({ learningRate, beta1: b1, beta2: b2, epsilon })),
    (rate) => {
      const next = moments()
      let largest = 0
      return (g, t) => {
        const { mean, v } = next(g, t)
        largest = Math.max(largest, v)
        return (-rate * mean) / (Math.sqrt(largest / (1 - b2 ** t)) + epsilon)
      }
    },
  ],
  [
    "nadam",
    (learningRate) => opaque(optim.nadam({ learningRate, beta1: b1, beta2: b2, epsilon })),
    (rate) => {
      const next = moments()
      return (g, t) => {
        const { m, square } = next(g, t)
        const ahead = (b1 * m) / (1 - b1 ** (t + 1)) + ((1 - b1) * g) / (1 - b1 ** t)
        return (-rate * ahead) / (Math.sqrt(square) + epsilon)
      }
    },
  ],
  [
    "lion",
    (learningRate) => opaque(optim.lion({ learningRate, beta1: b1, beta2: b2, weightDecay: 0.3 })),
    (rate) => {
      let m = 0
      return (g, _, w) => {
        const direction = Math.sign(b1 * m + (1 - b1) * g)
        m = b2 * m + (1 - b2) * g
        return -rate * (direction + 0.3 * w)
      }
    },
  ],
]

test.each(elementwise)("%s", (_, make, rule) => {
  fc.assert(
    fc.property(bowl, share, (sides, r) => {
      const rate = r / 64
      expectNear(
        walk(make(rate), sides),
        byHand(sides, () => rule(rate)),
        1e-12,
      )
    }),
    { numRuns: 100 },
  )
})

test("lamb: the length of the parameters, whatever Adam's direction and the decay are long", () => {
  fc.assert(
    fc.property(bowl, share, (sides, r) => {
      const rate = r / 64
      const next = sides.map(moments)
      const wanted = whole(sides, (gradient, t, w) => {
        const u = gradient.map((g, k) => {
          const { mean, square } = next[k]?.(g, t) ?? { mean: 0, square: 0 }
          return mean / (Math.sqrt(square) + epsilon) + 0.3 * (w[k] ?? 0)
        })
        const ratio = norm(w) > 0 && norm(u) > 0 ? norm(w) / norm(u) : 1
        return u.map((x) => -rate * ratio * x)
      })
      const ours = optim.lamb({ learningRate: rate, beta1: b1, beta2: b2, epsilon, weightDecay: 0.3 })
      expectNear(walk(opaque(ours), sides), wanted, 1e-12)
    }),
    { numRuns: 100 },
  )
})

test("lars: the trust ratio before the rate, momentum behind it", () => {
  fc.assert(
    fc.property(bowl, share, (sides, r) => {
      const rate = r / 8
      let v = sides.map(() => 0)
      const wanted = whole(sides, (gradient, _, w) => {
        const u = gradient.map((g, k) => g + 0.3 * (w[k] ?? 0))
        const ratio = norm(w) > 0 && norm(u) > 0 ? (0.02 * norm(w)) / norm(u) : 1
        v = v.map((x, k) => b1 * x - rate * ratio * (u[k] ?? 0))
        return v
      })
      const ours = optim.lars({ learningRate: rate, momentum: b1, coefficient: 0.02, weightDecay: 0.3 })
      expectNear(walk(opaque(ours), sides), wanted, 1e-12)
    }),
    { numRuns: 100 },
  )
})

test("adafactor on a tensor too small to factor: clipped by its root mean square, in the size of the parameters", () => {
  fc.assert(
    fc.property(bowl, (sides) => {
      let v = sides.map(() => 0)
      const wanted = whole(sides, (gradient, t, w) => {
        const decay = 1 - t ** -0.8
        v = v.map((x, k) => decay * x + (1 - decay) * ((gradient[k] ?? 0) ** 2 + 1e-30))
        const u = gradient.map((g, k) => g / Math.sqrt(v[k] ?? 0))
        const size = Math.max(1e-3, rms(w)) / Math.max(1, rms(u))
        return u.map((x) => -Math.min(1e-2, 1 / Math.sqrt(t)) * size * x)
      })
      // The decay and the rate are scalars of f32.
      expectNear(walk(opaque(optim.adafactor()), sides), wanted, 1e-6)
    }),
    { numRuns: 100 },
  )
})

test("every optimiser by name is tried here or in the tests of TAM and L-BFGS", () => {
  const tried = new Set(elementwise.map(([name]) => name.split(",")[0]))
  const elsewhere = ["lamb", "lars", "adafactor", "tam", "adaTam", "adaTamW", "lbfgs"]
  const files = readdirSync(new URL("../../../src/optim/optimisers", import.meta.url))
  const names = files
    .map((file) => file.replace(".ts", "").replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()))
    .filter((name) => name in optim)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) expect(tried.has(name) || elsewhere.includes(name), name).toBe(true)
})
