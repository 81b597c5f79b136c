/** Random numbers: the published vectors, the same bits on every engine, streams that do not meet. */
import {
  cond,
  grad,
  jit,
  type Key,
  less,
  mean,
  mul,
  random,
  type Scalar,
  scan,
  setEngine,
  stack,
  sub,
  sum,
  switchOn,
  type Tensor,
  tensor,
  vmap,
  where,
  whileLoop,
} from "cotangent"
import { expectClose, keys } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { bindOne } from "../../src/autodiff/interpreter.ts"
import { wordsToKey } from "../../src/autodiff/primitives/key-words.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { engines } from "./engines.ts"

const keyOf = ([high, low]: readonly [number, number]): Key =>
  typed<Key>(bindOne(wordsToKey.operation, typed<Value>(tensor(Uint32Array.of(high, low)))))
const words = (...x: readonly number[]): Tensor<[number], "u32"> => tensor(Uint32Array.from(x))

/** Random123's known answers for Threefry-2x32-20: key, counter, result. */
const known = [
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const

/** What every engine must give bit for bit, as numbers. */
const drawn = (key: Key) => ({
  bits: random.bits(key, [5]),
  uniform: random.uniform(key, [5]),
  range: random.uniform(key, [5], { low: -2, high: 6 }),
  coin: random.bernoulli(key, [8], { p: 0.3 }),
  dice: random.randint(key, [8], { low: 1, high: 7 }),
  order: random.permutation(key, 6),
  split: random.split(key, 3).map((k) => random.bits(k, [2])),
  keys: vmap((k: Key) => random.bits(k, [2]))(random.keys(key, 3)),
  fold: random.bits(random.foldIn(key, 7), [2]),
})
const read = async (tree: unknown): Promise<unknown> =>
  Array.isArray(tree)
    ? Promise.all(tree.map(read))
    : typeof tree === "object" && tree !== null && !("dtype" in tree)
      ? Object.fromEntries(await Promise.all(Object.entries(tree).map(async ([k, v]) => [k, await read(v)])))
      : typed<Value>(tree).data()

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)
  it.each(known)("Threefry-2x32-20 of key %j and counter %j", async (key, counter, wanted) => {
    const [k, c] = [keyOf(key), words(...counter)]
    expect([...(await random.threefry2x32(k, c).data())]).toEqual([...wanted])
    expect([...(await jit(random.threefry2x32)(k, c).data())]).toEqual([...wanted])
  })
  it("gives the same bits as the reference, also compiled", async () => {
    const here = await read(drawn(random.key(42)))
    const compiled = await read(jit(drawn)(random.key(42)))
    await setEngine("reference")
    const reference = await read(drawn(random.key(42)))
    await choose()
    expect(here).toEqual(reference)
    expect(compiled).toEqual(reference)
  })
  it("gives the same normals within ulps", async () => {
    const here = await random.normal(random.key(3), [64]).data()
    await setEngine("reference")
    const reference = await random.normal(random.key(3), [64]).data()
    await choose()
    // The cosine of an angle near a quarter turn loses relative digits; absolutely it does not.
    expectClose(here, reference, { rtol: 5e-6, atol: 2e-6 })
  })
  it("keys live in compiled code: carried by a scan, mapped, chosen, closed over, returned", async () => {
    const walk = (key: Key): readonly [Key, Tensor] => {
      const step = (k: Key, _: undefined): readonly [Key, Tensor<[2], "u32">] => {
        const [next, own] = random.split(k)
        return [next, random.bits(own, [2])]
      }
      return scan(step, key, undefined, { length: 3 })
    }
    const [key, bits] = jit(walk)(random.key(9))
    expect(key.dtype).toBe("key")
    let k = random.key(9)
    for (let i = 0; i < 3; i++) {
      const [next, own] = random.split(k)
      k = next
      expect((await bits.data()).slice(2 * i, 2 * i + 2)).toEqual(await random.bits(own, [2]).data())
    }
    expect(await key.data()).toEqual(await k.data())
    const mapped = jit(vmap((one: Key, x: Scalar) => mul(x, random.uniform(one, [])), { inAxes: [0, null] }))
    const many = await mapped(random.keys(random.key(1), 4), tensor(2)).data()
    expect(new Set(many).size).toBe(4)
    const [a, b] = random.split(random.key(5))
    const pick = jit((p: Scalar, x: Key, y: Key) =>
      cond(
        less(p, 0),
        () => x,
        () => y,
      ),
    )
    expect(await pick(tensor(-1), a, b).data()).toEqual(await a.data())
    expect(await pick(tensor(1), a, b).data()).toEqual(await b.data())
  })

  type Many = Tensor<[4], "key">
  const each = async (rows: readonly Key[]): Promise<readonly number[]> =>
    (await Promise.all(rows.map((k) => k.data()))).flatMap((x) => [...x])
  const first = (key: Key): Key => random.split(key)[0]
  const times = (key: Key, n: number): Key => (n <= 0 ? key : times(first(key), n - 1))
  const choices: readonly (readonly [string, (n: Scalar<"i32">, key: Key) => Key, (n: number, key: Key) => Key])[] = [
    [
      "cond",
      (n, key) =>
        cond(
          less(n, 1),
          (k) => k,
          (k) => first(k),
          key,
        ),
      (n, key) => (n < 1 ? key : first(key)),
    ],
    [
      "switchOn",
      (n, key) => switchOn(n, [(k: Key) => k, (k: Key) => first(k), (k: Key) => times(k, 2)], key),
      (n, key) => times(key, Math.min(n, 2)),
    ],
    [
      "whileLoop",
      (n, key) =>
        whileLoop(
          (s: readonly [Scalar<"i32">, Key]) => less(0, s[0]),
          (s) => [sub(s[0], 1), first(s[1])] as const,
          [n, key] as const,
        )[1],
      (n, key) => times(key, n),
    ],
    [
      "scan",
      (n, key) =>
        scan((k: Key, _: undefined) => [where(less(n, 1), k, first(k)), undefined] as const, key, undefined, {
          length: 2,
        })[0],
      (n, key) => (n < 1 ? key : times(key, 2)),
    ],
    ["where", (n, key) => where(less(n, 1), key, first(key)), (n, key) => (n < 1 ? key : first(key))],
  ]
  it.each(choices)("keys stay keys where %s chooses for each example", async (_, choose, plain) => {
    const four = [0, 1, 2, 3].map((seed) => random.key(seed))
    const counts = [0, 3, 1, 2]
    const ns: Tensor<[4], "i32"> = tensor(Int32Array.from(counts))
    const wanted = await each(four.map((key, i) => plain(counts[i] ?? 0, key)))
    const mapped = vmap(choose)
    for (const f of [mapped, jit(mapped), vmap(jit(choose))]) {
      const out: Many = f(ns, stack(four) as Many)
      expect([out.dtype, out.shape]).toEqual(["key", [4]])
      expect([...(await out.data())]).toEqual(wanted)
    }
    const one = choose(tensor(2, { dtype: "i32" }), random.key(7))
    expect([one.dtype, one.shape]).toEqual(["key", []])
    expect(await one.data()).toEqual(await plain(2, random.key(7)).data())
  })
  it("where keeps keys together, whatever their shape", async () => {
    // A test [2] over keys [2] must not choose between the words of each.
    const [a, b] = [random.keys(random.key(1), 2), random.keys(random.key(2), 2)]
    const out = where(tensor([true, false]), a, b)
    expect([out.dtype, out.shape]).toEqual(["key", [2]])
    expect([...(await out.data())]).toEqual([...(await a.data()).slice(0, 2), ...(await b.data()).slice(2)])
    expect(where(tensor([[true], [false]]), a, random.key(3)).shape).toEqual([2, 2])
  })
})

describe("streams", () => {
  beforeAll(() => setEngine("wasm"))
  it("split keys, folded keys and their parent draw different numbers", () => {
    fc.assert(
      fc.property(keys(), (key) => {
        const all = [
          key,
          ...random.split(key, 4),
          random.foldIn(key, 0),
          random.foldIn(key, 1),
          ...random.split(random.foldIn(key, 0)),
        ]
        const bits = all.flatMap((k) => [...random.bits(k, [8]).dataSync()])
        expect(new Set(bits).size).toBe(bits.length)
      }),
      { numRuns: 30 },
    )
  })
  it("split(key, n) begins with the keys of split(key, m): the number asked for changes none", () => {
    const [two, five] = [random.split(random.key(1), 2), random.split(random.key(1), 5)]
    two.forEach((k, i) => {
      expect(k.dataSync()).toEqual(five[i]?.dataSync())
    })
    expect(random.keys(random.key(1), 5).dataSync().slice(0, 2)).toEqual(two[0].dataSync())
  })
  it("a draw depends on the number of elements, not on how they are shaped", () => {
    const key = random.key(8)
    expect(random.uniform(key, [2, 3]).dataSync()).toEqual(random.uniform(key, [6]).dataSync())
    expect(random.normal(key, [2, 3]).dataSync()).toEqual(random.normal(key, [3, 2]).dataSync())
  })
  it("a seed beyond 32 bits is another key, and a whole number is asked for", () => {
    expect([...random.key(2 ** 32 + 1).dataSync()]).toEqual([1, 1])
    expect(() => random.key(0.5)).toThrow(/whole number/)
    expect(() => random.normal(typed<Key>(tensor([1, 2])), [2])).toThrow(/takes a key first/)
  })

  const n = 40_000
  /** k standard errors: with k = 5 a right generator fails once in two million. */
  const moment = (xs: ArrayLike<number>, f: (x: number) => number, mu: number, sigma: number): void => {
    const found = Array.from(xs, f).reduce((a, b) => a + b, 0) / xs.length
    expect(Math.abs(found - mu)).toBeLessThan((5 * sigma) / Math.sqrt(xs.length))
  }
  it.each(["f32", "f64"] as const)("moments of the uniform and the normal in %s", (dtype) => {
    const u = random.uniform(random.key(11), [n], { dtype }).dataSync()
    expect(Math.min(...u.subarray(0, 10_000))).toBeGreaterThanOrEqual(0)
    expect(u.every((x) => x < 1)).toBe(true)
    moment(u, (x) => x, 0.5, Math.sqrt(1 / 12))
    moment(u, (x) => x * x, 1 / 3, Math.sqrt(4 / 45))
    const z = random.normal(random.key(12), [n], { dtype }).dataSync()
    moment(z, (x) => x, 0, 1)
    moment(z, (x) => x * x, 1, Math.sqrt(2))
    moment(z, (x) => x ** 3, 0, Math.sqrt(15))
    moment(z, (x) => x ** 4, 3, Math.sqrt(96))
    // Neighbours do not know of each other.
    moment(
      z.map((x, i) => x * (z[i + 1] ?? 0)),
      (x) => x,
      0,
      1,
    )
  })
  it("moments of coins, dice and permutations", () => {
    moment(random.bernoulli(random.key(2), [n], { p: 0.3 }).dataSync(), (x) => x, 0.3, Math.sqrt(0.21))
    const dice = random.randint(random.key(4), [n], { low: 1, high: 7 }).dataSync()
    expect([Math.min(...dice.subarray(0, 9999)), Math.max(...dice.subarray(0, 9999))]).toEqual([1, 6])
    for (let face = 1; face <= 6; face++) moment(dice, (x) => Number(x === face), 1 / 6, Math.sqrt(5 / 36))
    const order = random.permutation(random.key(6), 100).dataSync()
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })
  it("a sample moves with its scale: the reparametrised gradient", () => {
    const f = (s: Scalar): Scalar => mean(mul(s, random.normal(random.key(1), [50])))
    expectClose(grad(f)(tensor(2)), mean(random.normal(random.key(1), [50])), { rtol: 1e-5 })
    expectClose(sum(random.normal(random.key(1), [0])), 0)
  })
})
