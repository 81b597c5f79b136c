/** Claims in compiled code: raised where a result is read, with the primitive and the line that asked for it. */
import {
  add,
  CheckError,
  checked,
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
  random,
  type Scalar,
  scan,
  sqrt,
  sum,
  type Tensor,
  take,
  tensor,
  vmap,
} from "cotangent"
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
})
