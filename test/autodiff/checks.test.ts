/** Claims in compiled code: raised where a result is read, with the primitive and the line that asked for it. */
import {
  add,
  CheckError,
  checked,
  checkpoint,
  cond,
  debugKeys,
  debugNaN,
  forLoop,
  grad,
  jit,
  type Key,
  less,
  log,
  mul,
  ones,
  random,
  type Scalar,
  scan,
  setEngine,
  sqrt,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  vmap,
  whileLoop,
  zeros,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Vector = Tensor<[3], "f32">
const raises = async (attempt: () => { data(): Promise<unknown> }, message: RegExp): Promise<void> => {
  const reading = (async () => attempt().data())()
  await expect(reading).rejects.toThrow(CheckError)
  await expect(reading).rejects.toThrow(message)
  // The line is one of this file's, where the operation was asked for.
  await expect(reading).rejects.toThrow(/checks\.test\.ts:\d+:\d+/)
}

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)
  const good = (): Vector => tensor([1, 4, 9])
  const bad = (): Vector => tensor([1, -4, 9])
  const root = (x: Vector): Vector => mul(sqrt(x), 2)

  it("debugNaN names the first operation that gives a NaN: eagerly, compiled, mapped, differentiated", async () => {
    expect(await debugNaN(root)(good()).array()).toEqual([2, 4, 6])
    await raises(() => debugNaN(root)(bad()), /debugNaN: sqrt gave NaN/)
    await raises(() => jit(debugNaN(root))(bad()), /debugNaN: sqrt gave NaN/)
    await raises(() => debugNaN(jit(root))(bad()), /debugNaN: sqrt gave NaN/)
    await raises(
      () =>
        vmap(debugNaN(root))(
          tensor([
            [1, 4, 9],
            [1, -4, 9],
          ]),
        ),
      /sqrt gave NaN/,
    )
    const loss = debugNaN((x: Vector) => sum(sqrt(x)))
    await raises(() => grad(loss)(bad()), /sqrt gave NaN/)
    await raises(() => jit(grad(loss))(bad()), /sqrt gave NaN/)
    expect(await jit(debugNaN(root))(good()).array()).toEqual([2, 4, 6])
  })
  it("debugNaN finds a NaN that only the derivative has", async () => {
    // log(x - x): the loss is where'd away by nobody; at 0 sqrt has the slope 1 / 0, and 0 times that is a NaN.
    const loss = (x: Vector): Scalar => sum(mul(0, sqrt(mul(x, 0))))
    await raises(() => debugNaN(grad(loss))(good()), /gave NaN/)
  })
  it("debugNaN looks into scan, forLoop and cond, also compiled", async () => {
    const looped = (x: Scalar): Scalar =>
      scan((c: Scalar, _: undefined) => [log(c), undefined] as const, x, undefined, { length: 3 })[0]
    await raises(() => debugNaN(looped)(tensor(1.5)), /log gave NaN/)
    await raises(() => jit(debugNaN(looped))(tensor(1.5)), /log gave NaN/)
    const counted = (x: Scalar): Scalar => forLoop(0, 3, (_, c: Scalar) => log(c), x)
    await raises(() => jit(debugNaN(counted))(tensor(1.5)), /log gave NaN/)
    const chosen = (x: Scalar): Scalar =>
      cond(
        less(x, 0),
        (v) => sqrt(v),
        (v) => mul(v, 2),
        x,
      )
    await raises(() => jit(debugNaN(chosen))(tensor(-1)), /sqrt gave NaN/)
    expect(await jit(debugNaN(chosen))(tensor(4)).item()).toBe(8)
  })
  it("what is computed from a bad value is bad too, and a later good call is good", async () => {
    const f = jit(debugNaN(root))
    const wrong = f(bad())
    await raises(() => add(wrong, 1), /sqrt gave NaN/)
    await raises(() => sum(f(bad())), /sqrt gave NaN/)
    expect(await f(good()).array()).toEqual([2, 4, 6])
  })

  const table = (): Tensor<[3, 2], "f32"> =>
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
  const pick = (x: Tensor<[3, 2], "f32">, i: Tensor<[2], "i32">): Tensor => take(x, i)
  it("checked mode raises an index out of range, which otherwise reads 0", async () => {
    const [inside, outside]: [Tensor<[2], "i32">, Tensor<[2], "i32">] = [
      tensor([0, 2], { dtype: "i32" }),
      tensor([0, 3], { dtype: "i32" }),
    ]
    expect(await pick(table(), outside).array()).toEqual([
      [1, 2],
      [0, 0],
    ])
    expect(await checked(pick)(table(), inside).array()).toEqual([
      [1, 2],
      [5, 6],
    ])
    await raises(() => checked(pick)(table(), outside), /take: an index is out of range for axis 0 of size 3/)
    await raises(() => jit(checked(pick))(table(), outside), /out of range/)
    const rows = (x: Tensor<[3, 2], "f32">, all: Tensor<[2], "i32">) =>
      scan((c: Scalar, i: Scalar<"i32">) => [add(c, sum(take(x, i))), undefined] as const, tensor(0), all)[0]
    expect(await jit(checked(rows))(table(), inside).item()).toBe(14)
    await raises(() => jit(checked(rows))(table(), outside), /out of range/)
  })
  it("debugKeys refuses the second use of a key while the function runs or is traced", async () => {
    const twice = (key: Key): Tensor => add(random.normal(key, [2]), random.uniform(key, [2]))
    const once = (key: Key): Tensor => {
      const [a, b] = random.split(key)
      return add(random.normal(a, [2]), random.uniform(b, [2]))
    }
    expect(() => debugKeys(twice)(random.key(0))).toThrow(/this key was used before .*checks\.test\.ts/)
    expect(() => jit(debugKeys(twice))(random.key(0))).toThrow(/split it first/)
    expect((await debugKeys(once)(random.key(0)).data()).length).toBe(2)
    expect((await jit(debugKeys(once))(random.key(0)).data()).length).toBe(2)
    const looped = (key: Key): Tensor =>
      scan(
        (c: Tensor, _: undefined): readonly [Tensor, undefined] => [add(c, twice(key)), undefined],
        once(key),
        undefined,
        {
          length: 2,
        },
      )[0]
    expect(() => jit(debugKeys(looped))(random.key(0))).toThrow(/used before/)
  })

  const ints = (...xs: readonly number[]): Tensor<[number], "i32"> => tensor(Int32Array.from(xs))
  const third = (i: Scalar<"i32">): Scalar => take(tensor([1, 2, 3]), i, { axis: 0 })
  const guarded = (read: typeof third) => (i: Scalar<"i32">) =>
    cond(
      less(i, 3),
      (k) => read(k),
      () => tensor(0),
      i,
    )
  const summed = (i: Scalar<"i32">): Scalar =>
    scan((c: Scalar, _: undefined) => [add(c, third(i)), undefined] as const, tensor(0), undefined, { length: 2 })[0]
  // Counted by itself: a branch not taken runs too, and must end there.
  const counted = (i: Scalar<"i32">): Scalar =>
    whileLoop(
      (s: readonly [Scalar, Scalar, Scalar<"i32">]) => less(s[0], 2),
      ([n, total, k]) => [add(n, 1), add(total, third(k)), k] as const,
      [tensor(0), tensor(0), i] as const,
    )[1]
  const twiceGuarded = (i: Scalar<"i32">): Scalar =>
    cond(
      less(i, 1),
      (k) => third(k),
      (k) => mul(third(k), 10),
      i,
    )
  it.each([
    ["as it is", third, [1, 3, 0]],
    ["in a jit", jit(third), [1, 3, 0]],
    ["in a scan", summed, [2, 6, 0]],
    ["in a cond", twiceGuarded, [1, 30, 0]],
    ["in a whileLoop", counted, [2, 6, 0]],
  ] as const)("under vmap a branch not taken raises nothing, a branch taken does: %s", async (_, read, wanted) => {
    const f = vmap(checked(guarded(read)))
    for (const g of [f, jit(f)]) {
      expect([...(await g(ints(0, 2, 5)).data())]).toEqual(wanted)
      await raises(() => g(ints(0, -1, 5)), /take: an index is out of range/)
    }
  })
  it("under vmap an example whose loop has ended raises nothing, one still in it does", async () => {
    const down = (x: Scalar): Scalar =>
      whileLoop(
        (s: Scalar) => less(1, s),
        (s) => sqrt(sub(s, 1)),
        x,
      )
    const f = vmap(debugNaN(down))
    const plain = (x: number): number => (x > 1 ? plain(Math.sqrt(x - 1)) : x)
    const wanted = [0.5, 3, 30].map(plain)
    for (const g of [f, jit(f)]) expectClose(await g(tensor([0.5, 3, 30])).array(), wanted, { rtol: 1e-4 })
    const into = (x: Scalar): Scalar =>
      whileLoop(
        (s: Scalar) => less(1, s),
        (s) => sqrt(sub(s, 6)),
        x,
      )
    await raises(() => vmap(debugNaN(into))(tensor([0.5, 3])), /sqrt gave NaN/)
    await raises(() => jit(vmap(debugNaN(into)))(tensor([0.5, 3])), /sqrt gave NaN/)
  })
  it("the gradient of a batched choice raises for the branch taken alone", async () => {
    const f = (x: Scalar): Scalar =>
      cond(
        less(0, x),
        (v) => sqrt(v),
        (v) => mul(v, 3),
        x,
      )
    for (const g of [vmap(grad(debugNaN(f))), vmap(debugNaN(grad(f)))])
      expectClose(await g(tensor([4, -1])).array(), [0.25, 3])
  })
})

describe("debugKeys", () => {
  beforeAll(() => setEngine("wasm"))
  const normal = (key: Key): Tensor<[2], "f32"> => random.normal(key, [2])
  const draw = jit(normal)
  const inner = jit((key: Key) => draw(key))
  const repeated = (f: (key: Key) => Tensor<[2], "f32">) => (key: Key) =>
    scan((c: Tensor<[2], "f32">, _: undefined) => [add(c, f(key)), undefined] as const, zeros([2]), undefined, {
      length: 2,
    })[0]
  const looped = (key: Key): Scalar =>
    whileLoop(
      (x: Scalar) => less(x, 9),
      (x) => add(x, add(1, random.uniform(key, []))),
      tensor(0),
    )
  const handedOn = (key: Key) =>
    scan((k: Key, _: undefined) => [k, normal(k)] as const, key, undefined, { length: 2 })[1]

  it.each<readonly [string, (key: Key) => unknown]>([
    ["two calls of a jitted function", (k) => [draw(k), draw(k)]],
    ["a jitted call and an eager draw", (k) => [draw(k), normal(k)]],
    ["an eager split and a jitted call", (k) => [random.split(k)[0], draw(k)]],
    ["two jitted calls within a third", jit((k: Key) => [draw(k), draw(k)])],
    ["a jitted call of a jitted call, and a draw", (k) => [inner(k), normal(k)]],
    ["a scan that closes over it", repeated(normal)],
    ["a scan that hands it to a jitted function", repeated(draw)],
    ["a scan within a jit", jit(repeated(normal))],
    ["a whileLoop that closes over it", looped],
    ["a scan that hands it on", handedOn],
    [
      "a branch, and a draw after it",
      (k) => [
        cond(
          tensor(true),
          (key) => normal(key),
          (key) => draw(key),
          k,
        ),
        normal(k),
      ],
    ],
    [
      "a mapped function, and a draw",
      (k) => [vmap((x: Scalar) => mul(x, random.uniform(k, [])))(ones([2])), normal(k)],
    ],
  ])("sees a key used by %s", (_, f) => {
    const again = /debugKeys: this key (was used before|is used by every round of a loop) \(.*checks\.test\.ts:\d+/
    expect(() => debugKeys(f)(random.key(0))).toThrow(again)
    expect(() => jit(debugKeys(f))(random.key(0))).toThrow(again)
  })
  it.each<readonly [string, (key: Key) => unknown]>([
    ["a split for each call", (k) => random.split(k).map((key) => draw(key))],
    ["one branch or the other", (k) => cond(tensor(true), normal, draw, k)],
    [
      "the branches of a batched choice",
      (k) => vmap((x: Scalar) => cond(less(x, 0), normal, (key: Key) => mul(normal(key), 2), k))(tensor([1, -1])),
    ],
    [
      "a carried key, split in each round",
      (k) =>
        scan(
          (key: Key, _: undefined) => {
            const [next, own] = random.split(key)
            return [next, draw(own)] as const
          },
          k,
          undefined,
          { length: 3 },
        ),
    ],
    [
      "a row of keys for each round",
      (k) => scan((c: Scalar, key: Key) => [c, normal(key)], tensor(0), random.keys(k, 3)),
    ],
    [
      "folds of one key",
      (k) => [normal(random.foldIn(k, 0)), forLoop(0, 2, (i, _) => normal(random.foldIn(k, i)), zeros([2]))],
    ],
    [
      "one round",
      (k) => scan((c: Scalar, _: undefined) => [c, normal(k)] as const, tensor(0), undefined, { length: 1 }),
    ],
    [
      "a checkpoint, run again for its derivative",
      (k) => grad(checkpoint((x: Scalar) => sum(mul(x, normal(k)))))(tensor(2)),
    ],
    [
      "a batched loop whose examples keep their keys",
      (k) =>
        vmap((key: Key) =>
          whileLoop(
            (s: readonly [Scalar, Key]) => less(s[0], 1),
            (s) => {
              const [next, own] = random.split(s[1])
              return [add(s[0], random.uniform(own, [])), next] as const
            },
            [tensor(0), key] as const,
          ),
        )(random.keys(k, 2)),
    ],
  ])("has nothing against %s", (_, f) => {
    expect(() => debugKeys(f)(random.key(0))).not.toThrow()
    expect(() => jit(debugKeys(f))(random.key(0))).not.toThrow()
  })
})
