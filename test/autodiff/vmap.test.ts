/** Where vmap finds the axis that it maps, where it puts it, and what it refuses. */
import {
  add,
  CotangentError,
  type F32,
  grad,
  jit,
  type Key,
  mul,
  random,
  type Scalar,
  ShapeError,
  stack,
  sum,
  take,
  tensor,
  transpose,
  vmap,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import type { Wide } from "./variadic.ts"

type Map = (f: (...xs: readonly Wide[]) => unknown, options?: object) => (...xs: readonly unknown[]) => Wide
const anyMap = typed<Map>(vmap)
const x = (): Wide =>
  typed<Wide>(
    tensor([
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
      ],
      [
        [2, 3, 5, 7],
        [11, 13, 17, 19],
        [23, 29, 31, 37],
      ],
    ]),
  )
/** x with one of its axes moved to the front, by hand. */
const fronts: readonly (readonly number[])[] = [
  [0, 1, 2],
  [1, 0, 2],
  [2, 0, 1],
]
/** The axis at the front of a tensor of rank 3 put elsewhere. */
const backs: readonly (readonly number[])[] = [
  [0, 1, 2],
  [1, 0, 2],
  [1, 2, 0],
]
const permuted = typed<(a: Wide, order: readonly number[]) => Wide>(transpose)
const rows = typed<(a: Wide, at: number) => Wide>(take)
const twice = (a: Wide): Wide => typed<Wide>(mul(typed<Scalar>(a), typed<Scalar>(a)))

describe("vmap", () => {
  const places = [0, 1, 2].flatMap((from) =>
    [0, 1, 2].flatMap(
      (to) =>
        [
          [from, to],
          [from - 3, to - 3],
        ] as const,
    ),
  )
  it.each(places)("maps axis %d and puts it at %d", async (from, to) => {
    const seen: (readonly number[])[] = []
    const made = anyMap(
      (a = x()) => {
        seen.push(a.shape)
        return twice(a)
      },
      { inAxes: from, outAxes: to },
    )(x())
    const front = permuted(x(), fronts[(from + 3) % 3] ?? [])
    const wanted = permuted(twice(front), backs[(to + 3) % 3] ?? [])
    expect(seen).toEqual([front.shape.slice(1)])
    expect(made.shape).toEqual(wanted.shape)
    expectClose(made, wanted)
  })
  it("of keys moves and repeats them as their words", async () => {
    const keys = random.split(random.key(3), 6)
    const at = (i: number, j: number): Key => typed<Key[]>(keys)[3 * i + j] ?? random.key(0)
    const grid = typed<Wide>(stack([0, 1].map((i) => stack([0, 1, 2].map((j) => at(i, j))))))
    const wordsOf = async (k: Wide): Promise<readonly number[]> => [
      ...(await typed<{ data: () => Promise<Uint32Array> }>(k).data()),
    ]
    const all = await wordsOf(grid)
    const moved = anyMap((k = x()) => k, { inAxes: 1, outAxes: 0 })(grid)
    expect(moved.shape).toEqual([3, 2])
    const pairs = [0, 1, 2, 3, 4, 5].map((k) => all.slice(2 * k, 2 * k + 2))
    expect(await wordsOf(moved)).toEqual([0, 3, 1, 4, 2, 5].flatMap((k) => pairs[k] ?? []))
    const repeated = anyMap((_, k = x()) => k, { inAxes: [0, null] })(tensor([1, 2]), random.key(5))
    const one = await wordsOf(typed<Wide>(random.key(5)))
    expect(repeated.shape).toEqual([2])
    expect(await wordsOf(repeated)).toEqual([...one, ...one])
  })
  it("takes axes for trees, by leaf or for everything below", () => {
    const f = ({ w, both }: { readonly w: Wide; readonly both: readonly [Wide, Wide] }) => ({
      total: add(typed<Scalar>(w), sum(typed<Scalar>(both[0]))),
      kept: both[1],
    })
    const map =
      typed<(f: unknown, options: object) => (tree: unknown) => { readonly total: Wide; readonly kept: Wide }>(vmap)
    const tree = {
      w: tensor([10, 20]),
      both: [
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        tensor([7, 8, 9]),
      ],
    }
    const made = map(f, { inAxes: [{ w: 0, both: [1, null] }], outAxes: { total: 0, kept: null } })(tree)
    expectClose(made.total, tensor([19, 32]))
    expectClose(made.kept, tensor([7, 8, 9]))
    const square = {
      w: tensor([10, 20]),
      both: [
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([7, 8]),
      ],
    }
    const all = map(f, { inAxes: [0], outAxes: 0 })(square)
    expectClose(all.total, tensor([13, 27]))
    expectClose(all.kept, tensor([7, 8]))
  })
  it("repeats what does not differ between examples, and hands plain numbers to all", () => {
    const made = anyMap((_, b = x()) => rows(b, 0), { outAxes: -1 })(
      tensor([1, 2, 3]),
      tensor([
        [4, 5],
        [6, 7],
        [8, 9],
      ]),
    )
    expectClose(made, tensor([4, 6, 8]))
    const shared = anyMap(() => tensor([4, 5]), { outAxes: 1 })(tensor([1, 2, 3]))
    expectClose(
      shared,
      tensor([
        [4, 4, 4],
        [5, 5, 5],
      ]),
    )
    const scaled = anyMap((a = x(), rate = x()) => mul(typed<Scalar>(a), typed<Scalar>(rate)))
    expectClose(scaled(tensor([1, 2]), 3), tensor([3, 6]))
  })
  it("is the same compiled and around gradients", () => {
    const f = (w: F32<[2]>, a: F32<[2]>): Scalar => sum(mul(w, mul(a, a)))
    const by = { inAxes: [null, 1] } as const
    const data = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const wanted = tensor([
      [1, 16],
      [4, 25],
      [9, 36],
    ])
    expectClose(vmap(grad(f), by)(tensor([1, 1]), data), wanted)
    expectClose(jit(vmap(grad(f), by))(tensor([1, 1]), data), wanted)
    expectClose(vmap(jit(grad(f)), by)(tensor([1, 1]), data), wanted)
  })
  const a = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const same = (b = x()): Wide => b
  it.each<readonly [string, () => unknown, string, Readonly<Record<string, unknown>>]>([
    [
      "axis 2 is out of range for [2, 3]",
      () => anyMap(same, { inAxes: 2 })(a),
      "shape-axis",
      { axis: 2, shape: [2, 3] },
    ],
    ["axis -3 is out of range", () => anyMap(same, { inAxes: -3 })(a), "shape-axis", { axis: -3, shape: [2, 3] }],
    ["axis 0.5 is out of range", () => anyMap(same, { inAxes: 0.5 })(a), "shape-axis", { axis: 0.5, shape: [2, 3] }],
    ["axis 2 is out of range", () => anyMap(same, { outAxes: 2 })(a), "shape-axis", { axis: 2, shape: [2, 3] }],
    ["vmap: ", () => anyMap(same, { inAxes: [0, 1] })(a, a), "vmap-size", { sizes: [2, 3] }],
    ["no argument is mapped", () => anyMap(same, { inAxes: null })(a), "vmap-nothing", { inAxes: null }],
    ["no argument is mapped", () => anyMap(same)(3), "vmap-nothing", { inAxes: 0 }],
    ["outAxes is null for a result that differs", () => anyMap(same, { outAxes: null })(a), "axes", {}],
    [
      "inAxes.0 describes a tree where there is a number",
      () => anyMap(same, { inAxes: [[0]] })(3),
      "axes",
      { spec: [0] },
    ],
    ["inAxes says nothing about 1", () => anyMap(same, { inAxes: [0] })(a, a), "axes", { spec: [0] }],
  ])("refuses: %s", (says, attempt, code, details) => {
    let thrown: unknown
    try {
      attempt()
    } catch (error) {
      thrown = error
    }
    if (!(thrown instanceof CotangentError)) throw new Error("nothing of ours was thrown", { cause: thrown })
    expect(thrown instanceof ShapeError).toBe(code.startsWith("shape") || code === "vmap-size")
    expect(thrown.message).toContain(says)
    expect([thrown.code, thrown.details]).toEqual([code, details])
  })
})
