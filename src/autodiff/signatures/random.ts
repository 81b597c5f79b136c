import type { Float } from "../dtype.ts"
import type { Key, Tensor } from "../types/tensor.ts"
import type { DTypeOption } from "./creation.ts"
import type { Repeat } from "./shaping.ts"

/** Two keys where nothing else is asked for. */
export type KeySplit = <const N extends number = 2>(key: Key, count?: N) => Repeat<Key, N>

/** Splittable Threefry keys and what is drawn from them; a key is used once. */
export interface Random {
  /** From a whole number. */
  readonly key: (seed: number) => Key
  /** `const [a, b] = random.split(key)`, or a tuple of `count`. */
  readonly split: KeySplit
  /** A tensor of `count` keys, to map over. */
  readonly keys: <const N extends number>(key: Key, count: N) => Tensor<readonly [N], "key">
  /** The key for step `data`, without a split per step. */
  readonly foldIn: (key: Key, data: number | Tensor<readonly [], "i32"> | Tensor<readonly [], "u32">) => Key
  readonly bits: <const S extends number[]>(key: Key, shape: readonly [...S]) => Tensor<S, "u32">
  /** From [low, high), by default [0, 1). */
  readonly uniform: <const S extends number[], T extends Float = "f32">(
    key: Key,
    shape: readonly [...S],
    options?: DTypeOption<T> & { readonly low?: number; readonly high?: number },
  ) => Tensor<S, NoInfer<T>>
  readonly normal: <const S extends number[], T extends Float = "f32">(
    key: Key,
    shape: readonly [...S],
    options?: DTypeOption<T>,
  ) => Tensor<S, NoInfer<T>>
  /** true with probability p, by default a half. */
  readonly bernoulli: <const S extends number[]>(
    key: Key,
    shape: readonly [...S],
    options?: { readonly p?: number },
  ) => Tensor<S, "bool">
  /** Whole numbers from [low, high). */
  readonly randint: <const S extends number[]>(
    key: Key,
    shape: readonly [...S],
    options: { readonly low?: number; readonly high: number },
  ) => Tensor<S, "i32">
  /** The numbers 0 to count - 1 in random order. */
  readonly permutation: <const N extends number>(key: Key, count: N) => Tensor<readonly [N], "i32">
  /** The cipher itself: counters u32 [..., 2] under a key give as many words. Published as Threefry-2x32-20. */
  readonly threefry2x32: <S>(key: Key, counter: Tensor<S, "u32">) => Tensor<S, "u32">
}
