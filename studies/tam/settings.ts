/** How large the study is. What is compared is the same in both presets. */
import type { Granularity } from "cotangent/optim"

export interface Settings {
  /** Runs of everything that trains, paired: equal seeds share initial parameters and the order of the data. */
  readonly seeds: number
  readonly batch: number
  readonly hidden: number
  readonly testImages: number
  /** The accuracy by rate, on clean labels and with a share of them drawn anew. */
  readonly accuracy: {
    readonly images: number
    readonly epochs: number
    /** Of SGD with momentum; TAM's are twice these. */
    readonly rates: readonly number[]
    readonly noisy: { readonly images: number; readonly epochs: number; readonly share: number }
    /** Of Adam; AdaTAM is tried at each and at a fifth of each. */
    readonly adamRates: readonly number[]
  }
  readonly shift: {
    readonly images: number
    readonly tasks: number
    readonly stepsPerTask: number
    readonly rates: readonly number[]
  }
  readonly barrier: {
    readonly images: number
    readonly epochs: number
    readonly rate: number
    /** When the children part, as shares of the steps. */
    readonly forks: readonly number[]
    /** Points between the children, ends included. */
    readonly points: number
  }
  readonly ablation: {
    readonly images: number
    readonly epochs: number
    /** Of SGD with momentum; TAM's is twice it. */
    readonly rate: number
    readonly granularities: readonly Granularity[]
    readonly smoothings: readonly number[]
  }
}

const full: Settings = {
  seeds: 5,
  batch: 128,
  hidden: 128,
  testImages: 10_000,
  accuracy: {
    images: 20_000,
    epochs: 5,
    rates: [0.005, 0.01, 0.02, 0.05, 0.1],
    noisy: { images: 5_000, epochs: 20, share: 0.2 },
    adamRates: [0.0005, 0.001, 0.002, 0.004],
  },
  shift: { images: 20_000, tasks: 10, stepsPerTask: 100, rates: [0.0125, 0.025, 0.05, 0.1, 0.2] },
  barrier: { images: 20_000, epochs: 5, rate: 0.05, forks: [0, 0.01, 0.05, 0.1], points: 11 },
  ablation: {
    images: 20_000,
    epochs: 5,
    rate: 0.05,
    granularities: ["model", "tensor", "element"],
    smoothings: [0, 0.5, 0.9, 0.99],
  },
}

export const presets: { readonly quick: Settings; readonly full: Settings } = {
  full,
  quick: {
    ...full,
    testImages: 2_000,
    accuracy: {
      ...full.accuracy,
      images: 5_000,
      epochs: 3,
      noisy: { images: 2_000, epochs: 6, share: 0.2 },
    },
    shift: { ...full.shift, images: 5_000, stepsPerTask: 30, rates: [0.025, 0.05, 0.1] },
    barrier: { ...full.barrier, images: 5_000, epochs: 3 },
    ablation: { ...full.ablation, images: 5_000, epochs: 3 },
  },
}
