/**
 * Optimisers beside PyTorch's: twenty steps down one quadratic bowl in float64, after each of which the parameters are
 * compared. Where the conventions differ and options can make them one, options do; where none can, the row says `differs`
 * and is wrong if the two agree after all.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { mul, sub, tensor } from "cotangent"
import {
  adagrad,
  adam,
  adamw,
  addDecayedWeights,
  amsgrad,
  applyUpdates,
  chain,
  momentum,
  nadam,
  nesterov,
  type Opaque,
  opaque,
  rmsprop,
  sgd,
  type Transformation,
} from "cotangent/optim"
import { numeral } from "./page.ts"

interface Pair {
  readonly title: string
  readonly ours: Transformation<Opaque>
  readonly torch: string
  /** What no option changes. */
  readonly differs?: string
}
const learningRate = 0.1
const betas = { beta1: 0.8, beta2: 0.95, epsilon: 1e-6 } as const
const theirs = "lr=0.1, betas=(0.8, 0.95), eps=1e-6"
const decay = 0.3

const pairs: readonly Pair[] = [
  { title: "sgd", ours: opaque(sgd({ learningRate })), torch: "torch.optim.SGD(w, lr=0.1)" },
  {
    title: "momentum",
    ours: opaque(momentum({ learningRate, momentum: 0.8 })),
    torch: "torch.optim.SGD(w, lr=0.1, momentum=0.8)",
  },
  {
    title: "nesterov",
    ours: opaque(nesterov({ learningRate, momentum: 0.8 })),
    torch: "torch.optim.SGD(w, lr=0.1, momentum=0.8, nesterov=True)",
  },
  {
    title: "momentum, decay in the gradient",
    ours: opaque(chain(addDecayedWeights(decay), momentum({ learningRate, momentum: 0.8 }))),
    torch: "torch.optim.SGD(w, lr=0.1, momentum=0.8, weight_decay=0.3)",
  },
  {
    title: "momentum, dampened",
    ours: opaque(momentum({ learningRate, momentum: 0.8 })),
    torch: "torch.optim.SGD(w, lr=0.1, momentum=0.8, dampening=0.8)",
    differs: "PyTorch dampens all gradients but the first",
  },
  {
    title: "adagrad by default",
    ours: opaque(adagrad({ learningRate })),
    torch: "torch.optim.Adagrad(w, lr=0.1)",
  },
  {
    title: "adagrad",
    ours: opaque(adagrad({ learningRate, initial: 0.5, epsilon: 1e-6 })),
    torch: "torch.optim.Adagrad(w, lr=0.1, initial_accumulator_value=0.5, eps=1e-6)",
  },
  {
    title: "rmsprop",
    ours: opaque(rmsprop({ learningRate, decay: 0.99 })),
    torch: "torch.optim.RMSprop(w, lr=0.1)",
  },
  {
    title: "rmsprop by default",
    ours: opaque(rmsprop({ learningRate })),
    torch: "torch.optim.RMSprop(w, lr=0.1)",
    differs: "decay 0.9, in PyTorch 0.99",
  },
  {
    title: "rmsprop, centred",
    ours: opaque(rmsprop({ learningRate, decay: 0.95, epsilon: 1e-6, centered: true })),
    torch: "torch.optim.RMSprop(w, lr=0.1, alpha=0.95, eps=1e-6, centered=True)",
  },
  {
    title: "rmsprop, centred, with momentum",
    ours: opaque(rmsprop({ learningRate, decay: 0.95, epsilon: 1e-6, centered: true, momentum: 0.8 })),
    torch: "torch.optim.RMSprop(w, lr=0.1, alpha=0.95, eps=1e-6, centered=True, momentum=0.8)",
  },
  { title: "adam by default", ours: opaque(adam({ learningRate })), torch: "torch.optim.Adam(w, lr=0.1)" },
  { title: "adam", ours: opaque(adam({ learningRate, ...betas })), torch: `torch.optim.Adam(w, ${theirs})` },
  {
    title: "adam, decay in the gradient",
    ours: opaque(chain(addDecayedWeights(decay), adam({ learningRate, ...betas }))),
    torch: `torch.optim.Adam(w, ${theirs}, weight_decay=0.3)`,
  },
  { title: "adamw by default", ours: opaque(adamw({ learningRate })), torch: "torch.optim.AdamW(w, lr=0.1)" },
  {
    title: "adamw",
    ours: opaque(adamw({ learningRate, ...betas, weightDecay: decay })),
    torch: `torch.optim.AdamW(w, ${theirs}, weight_decay=0.3)`,
  },
  {
    title: "amsgrad",
    ours: opaque(amsgrad({ learningRate, ...betas })),
    torch: `torch.optim.Adam(w, ${theirs}, amsgrad=True)`,
  },
  {
    title: "nadam",
    ours: opaque(nadam({ learningRate, ...betas })),
    // Their beta1 grows to what was asked for as 1 - 0.96^(t momentum_decay) / 2: at once, if that is large. And by
    // `foreach`: the loop of PyTorch 1.13 has beta1 once too often in the correction of the next step's mean.
    torch: `torch.optim.NAdam(w, ${theirs}, momentum_decay=1e6, foreach=True)`,
  },
  {
    title: "nadam by default",
    ours: opaque(nadam({ learningRate })),
    torch: "torch.optim.NAdam(w, lr=0.1, foreach=True)",
    differs: "beta1 is the same at every step, in PyTorch it grows by a schedule",
  },
]

const steps = 20
const bowl = { a: [0.25, 1, 3, 8], c: [1, -2, 0.5, 3], start: [3, 1, -4, 0.125] }
/** Both compute in float64. Where a root is taken of a difference (centred), digits are lost on both sides. */
const bound = 1e-12

function pathOf(optimiser: Transformation<Opaque>): readonly (readonly number[])[] {
  const f64 = (values: readonly number[]) => tensor(Float64Array.from(values), { shape: [values.length] })
  const [a, c] = [f64(bowl.a), f64(bowl.c)]
  let params = f64(bowl.start)
  let state = optimiser.init(params)
  return Array.from({ length: steps }, () => {
    const [updates, next] = optimiser.update(mul(a, sub(params, c)), state, params)
    state = next
    params = applyUpdates(params, updates)
    return [...params.dataSync()]
  })
}
/** The largest difference on the way, beside the largest parameter. */
function distance(found: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  const size = Math.max(...wanted.flat().map(Math.abs))
  const gaps = wanted.flatMap((w, step) => w.map((x, k) => Math.abs(x - (found[step]?.[k] ?? Number.NaN))))
  return Math.max(...gaps) / size
}

/** Prints a line for each; how many were wrong. `words` picks by title, all if there are none. */
export function optimisersBesideTorch(python: string, words: readonly string[]): number {
  const taken = pairs.filter(({ title }) => words.length === 0 || words.some((word) => title.includes(word)))
  if (taken.length === 0) return 0
  const input = JSON.stringify({ bowl, steps, optimisers: taken.map(({ torch }) => torch) })
  const script = fileURLToPath(new URL("optimisers.py", import.meta.url))
  const { stdout, stderr, status } = spawnSync(python, ["-B", script], { input, encoding: "utf8" })
  if (status !== 0) throw new Error(`PyTorch did not answer\n${stderr}`)
  const answers: readonly { readonly path?: readonly (readonly number[])[]; readonly refused?: string }[] =
    JSON.parse(stdout)
  let [agree, differ, failed, worst] = [0, 0, 0, 0]
  for (const [k, { title, ours, torch, differs }] of taken.entries()) {
    const { path, refused = "no answer" } = answers[k] ?? {}
    const error = path === undefined ? Number.NaN : distance(pathOf(ours), path)
    const wrong = differs === undefined ? !(error <= bound) : !(error > 1e-3)
    if (wrong) failed++
    else if (differs === undefined) [agree, worst] = [agree + 1, Math.max(worst, error)]
    else differ++
    const found = path === undefined ? refused : numeral(error)
    console.log(`${wrong ? "✗" : differs ? "≠" : "✓"} ${title}: ${found}${differs ? `, ${differs}` : ""} (${torch})`)
  }
  console.log(
    `optimisers: ${agree} agree with PyTorch over ${steps} steps, by ${numeral(worst)} of the parameters' size at most; ${differ} differ as they say; ${failed} are wrong. PyTorch has no lion, lamb, lars, adafactor and tam to ask.`,
  )
  return failed
}
