/**
 * The product of packed panels, one module for all contractions of one tile. A tile is some rows by 8 columns, each row in
 * two accumulators. Panels of a hold the tile's rows, panels of b 8 columns, k outermost: every load is next to the one
 * before.
 */
import {
  add,
  and,
  type Code,
  call,
  choose,
  counted,
  either,
  endless,
  eq,
  f32,
  get,
  i32,
  i32Const,
  leaveIf,
  lesser,
  loadFrom,
  loadSplat,
  mul,
  set,
  simd,
  storeTo,
  sub,
  v128,
} from "./encode.ts"
import { type ModuleFunction, type ModuleOptions, moduleBytes } from "./module.ts"

export interface Tile {
  readonly rows: number
  /** Multiplies and adds in one instruction, rounding once where the processor can. */
  readonly madd: boolean
}
/** 8 accumulators; with more of them V8 11 spills, as a product then needs a register between its two instructions. */
export const plainTile: Tile = { rows: 4, madd: false }
export const columns = 8
const unroll = 8
const addF32 = 0x92
const f32x4 = { add: simd(0xe4), mul: simd(0xe6), madd: simd(0x105) }

/**
 * The tiles to choose from, by what the runtime knows. Relaxed multiply-and-add rounds as the processor likes, so it is
 * for products alone: whatever else is computed has the same bits everywhere.
 */
export function tilesOfRuntime(): readonly Tile[] {
  known ??= WebAssembly.validate(gemmModule({ rows: 4, madd: true }))
    ? [
        { rows: 6, madd: true },
        { rows: 4, madd: true },
      ]
    : [plainTile]
  return known
}
let known: readonly Tile[] | undefined
/** The first tile, which is the fastest, unless it wastes so many rows of a product of `m` that another does less work. */
export function tileFor(tiles: readonly Tile[], m: number): Tile {
  const padded = ({ rows }: Tile): number => Math.ceil(m / rows) * rows
  return tiles.reduce((best, tile) => (padded(tile) < padded(best) * 0.87 ? tile : best))
}

/**
 * tile(k, a, b, c, ldc, more): c (+)= the product of one panel of each, k > 0; `more` adds to what is there. Each step
 * of k ends in an exit of its own: plainly unrolled, V8 11 schedules the steps into each other and loses a third.
 */
function tile({ rows, madd }: Tile): ModuleFunction {
  const [k, a, b, c, ldc, more] = [0, 1, 2, 3, 4, 5]
  const x = 6
  const bs = [7, 8]
  const acc = (i: number, j: number): number => 9 + i * 2 + j
  const exit = (u: number): number => acc(rows, 0) + u
  const step = (u: number): Code => [
    bs.map((local, j): Code => [loadFrom(v128, get(b), u * columns * 4 + j * 16), set(local)]),
    Array.from(
      { length: rows },
      (_, i): Code => [
        loadSplat(get(a), (u * rows + i) * 4),
        set(x),
        bs.map((local, j): Code => {
          const sum: Code = madd
            ? [get(x), get(local), get(acc(i, j)), f32x4.madd]
            : [get(acc(i, j)), get(x), get(local), f32x4.mul, f32x4.add]
          return [sum, set(acc(i, j))]
        }),
      ],
    ),
  ]
  const advance = (local: number, bytes: number): Code => [get(local), i32Const(bytes), add, set(local)]
  const steps = Array.from({ length: unroll }, (_, u): Code => [step(u), leaveIf([get(a), get(exit(u)), eq])])
  const loop = endless([steps, advance(a, unroll * rows * 4), advance(b, unroll * columns * 4)])
  const write = (adds: boolean): Code =>
    Array.from(
      { length: rows },
      (_, i): Code => [
        [0, 1].map((j): Code => {
          const value: Code = adds ? [get(acc(i, j)), loadFrom(v128, get(c), j * 16), f32x4.add] : get(acc(i, j))
          return storeTo(v128, get(c), value, j * 16)
        }),
        i < rows - 1 ? [get(c), get(ldc), add, set(c)] : [],
      ],
    )
  return {
    name: "tile",
    params: [i32, i32, i32, i32, i32, i32],
    locals: [...new Array<typeof v128>(3 + 2 * rows).fill(v128), ...new Array<typeof i32>(unroll).fill(i32)],
    body: [
      Array.from(
        { length: unroll },
        (_, u): Code => [get(a), get(k), i32Const(rows * 4), mul, add, i32Const((u + 1) * rows * 4), sub, set(exit(u))],
      ),
      loop,
      either(get(more), write(true), write(false)),
    ],
  }
}

/** panels(a, b, c, ldc, m, n, k, more, edge): c (+)= a b of packed blocks; `edge` is room for one tile that is not whole. */
function panels({ rows }: Tile): ModuleFunction {
  const [a, b, c, ldc, m, n, k, more, edge] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const [i, j, pa, pc, width, height, x, y, from, to] = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
  const atMost = (local: number, most: number): Code => [lesser(get(local), i32Const(most)), set(local)]
  const part = loadFrom(f32, get(from), 0)
  const element = storeTo(f32, get(to), choose(get(more), f32, [part, loadFrom(f32, get(to), 0), addF32], part), 0)
  const copyEdge: Code = [
    call(0 /* tile */),
    counted(x, i32Const(0), get(height), 1, [
      [get(edge), get(x), i32Const(columns * 4), mul, add, set(from)],
      [get(pc), get(x), get(ldc), mul, add, set(to)],
      counted(y, i32Const(0), get(width), 1, [
        element,
        [get(from), i32Const(4), add, set(from)],
        [get(to), i32Const(4), add, set(to)],
      ]),
    ]),
  ]
  const one: Code = [
    [get(m), get(i), sub, set(height)],
    atMost(height, rows),
    either(
      [get(height), i32Const(rows), eq, get(width), i32Const(columns), eq, and],
      [get(k), get(pa), get(b), get(pc), get(ldc), get(more), call(0)],
      [[get(k), get(pa), get(b), get(edge), i32Const(columns * 4), i32Const(0)], copyEdge],
    ),
    [get(pa), get(k), i32Const(rows * 4), mul, add, set(pa)],
    [get(pc), get(ldc), i32Const(rows), mul, add, set(pc)],
  ]
  return {
    name: "panels",
    params: new Array<typeof i32>(9).fill(i32),
    locals: new Array<typeof i32>(10).fill(i32),
    body: counted(j, i32Const(0), get(n), columns, [
      [get(n), get(j), sub, set(width)],
      atMost(width, columns),
      [get(a), set(pa)],
      [get(c), get(j), i32Const(4), mul, add, set(pc)],
      counted(i, i32Const(0), get(m), rows, one),
      [get(b), get(k), i32Const(columns * 4), mul, add, set(b)],
    ]),
  }
}
export const gemmModule = (of: Tile, options: ModuleOptions = {}): Uint8Array<ArrayBuffer> =>
  moduleBytes([], [tile(of), panels(of)], options)
