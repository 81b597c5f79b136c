/** What `console.log` shows of tensors: all of a small one, the ends of a large one, and of a traced value its type. */
import { format, inspect } from "node:util"
import { arange, type F32, grad, jit, mul, ones, random, reshape, setEngine, sum, tensor, vmap, zeros } from "cotangent"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))

describe("tensors", () => {
  it.each([
    [tensor(3), "Tensor f32[] 3"],
    [tensor([1, 0.5, 1 / 3, 1e-9]), "Tensor f32[4] [1, 0.5, 0.333333, 1e-9]"],
    [tensor([Number.NaN, Number.NEGATIVE_INFINITY, -0]), "Tensor f32[3] [NaN, -Infinity, -0]"],
    [tensor([123456789, 1e20]), "Tensor f32[2] [123456792, 1e+20]"],
    [tensor([1 / 3, 2 ** 53], { dtype: "f64" }), "Tensor f64[2] [0.333333, 9007199254740992]"],
    [tensor([1, -2], { dtype: "i32" }), "Tensor i32[2] [1, -2]"],
    [tensor([4294967295], { dtype: "u32" }), "Tensor u32[1] [4294967295]"],
    [tensor([true, false]), "Tensor bool[2] [true, false]"],
    [random.key(7), "Tensor key[] [0, 7]"],
    [
      tensor([
        [1, -2.5],
        [100, 3],
      ]),
      "Tensor f32[2, 2] [[1, -2.5],\n [100, 3]]",
    ],
    [zeros([0]), "Tensor f32[0] []"],
    [zeros([2, 0]), "Tensor f32[2, 0] [[],\n []]"],
    [arange(12), "Tensor f32[12] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"],
    [arange(13), "Tensor f32[13] [0, 1, 2, …, 10, 11, 12]"],
  ] as const)("%s", (t, shown) => {
    expect(String(t)).toBe(shown)
    expect(`${t}`).toBe(shown)
    expect(inspect(t)).toBe(shown)
    expect(format("%s|%o|%O", t, t, t)).toBe(`${shown}|${shown}|${shown}`)
  })
  it("inside objects, with the rows in line", () => {
    const w = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(format({ w, b: [tensor(0)] })).toBe(
      "{\n  w: Tensor f32[2, 2] [[1, 2],\n   [3, 4]],\n  b: [ Tensor f32[] 0 ]\n}",
    )
  })
  it("as JSON, with what makes it again", () => {
    expect(JSON.stringify({ w: tensor([[1, 2.5]]), on: tensor(true) })).toBe(
      '{"w":{"shape":[1,2],"dtype":"f32","values":[[1,2.5]]},"on":{"shape":[],"dtype":"bool","values":true}}',
    )
  })
  it("of any size on a screen", () => {
    expect(String(reshape(arange(10_000), [100, 100]))).toBe(
      `Tensor f32[100, 100] [[0, 1, 2, …, 97, 98, 99],
 [100, 101, 102, …, 197, 198, 199],
 [200, 201, 202, …, 297, 298, 299],
 …,
 [9700, 9701, 9702, …, 9797, 9798, 9799],
 [9800, 9801, 9802, …, 9897, 9898, 9899],
 [9900, 9901, 9902, …, 9997, 9998, 9999]]`,
    )
    for (const shape of [[1_000_000], [2000, 2000], [40, 40, 40, 40], [20, 20, 20, 20, 20]])
      expect(String(zeros(shape)).split("\n").length).toBeLessThan(80)
  })
})

describe("traced values", () => {
  const seen: string[] = []
  const look = (x: F32<[3]>): F32<[3]> => {
    seen.push(inspect(x), x.toString(), inspect({ x }), JSON.stringify(x))
    expect(() => `${x}`).toThrow(/is not a JavaScript string: it has no numbers yet/)
    return mul(x, 2)
  }
  const shown = (name: string): readonly string[] => [
    `Traced f32[3] (in ${name})`,
    `Traced f32[3] (in ${name})`,
    `{ x: Traced f32[3] (in ${name}) }`,
    `{"shape":[3],"dtype":"f32","traced":"${name}"}`,
  ]
  it.each([
    ["jit", () => jit(look)(ones([3]))],
    ["grad", () => grad((x: F32<[3]>) => sum(look(x)))(ones([3]))],
    ["vmap", () => vmap(look)(ones([2, 3]))],
  ] as const)("in %s", (name, run) => {
    seen.length = 0
    run()
    expect(seen).toEqual(shown(name))
  })
})

describe("on an engine that cannot block", () => {
  beforeAll(() => setEngine("gpujs", { mode: "cpu" }))
  afterAll(() => setEngine("wasm"))
  it("a tensor says how to read it", () => {
    expect(String(zeros([3]))).toBe("Tensor f32[3] (on an engine that cannot block: await t.array())")
  })
})
