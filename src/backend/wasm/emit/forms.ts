/** The code of map, prefix and scatter. */
import { bytesOf } from "../../../autodiff/dtype.ts"
import { flat, unprovedAxes } from "../../../autodiff/program/loop/affine.ts"
import { input, type MapLoop, type PrefixLoop, type ScatterLoop, sizeOf } from "../../../autodiff/program/loop/loop.ts"
import { unitOf } from "../../../autodiff/program/loop/monoid.ts"
import { binary, constant, freeVars, load, type Scalar, type Var } from "../../../autodiff/program/loop/scalar.ts"
import { substitute } from "../../../autodiff/program/loop/walk.ts"
import { readInPlace } from "../../compile/in-place.ts"
import { block } from "../../compile/place.ts"
import { type Code, counted, get, i32, i32Const, loadFrom, ne, v128, when } from "../encode.ts"
import { binaryOp, localType } from "../instructions.ts"
import { constantCode, constantLanes, type Emitter, held, keep, type Nest } from "./emitter.ts"
import { accumulate } from "./fold.ts"
import { addressOf, store, testCode } from "./memory.ts"
import { type Lanes, lanesFor, nest } from "./nest.ts"
import { claim, enoughUnits, type Level, levelOf, levelsFor, lineOfWords, type Share, unitsOf } from "./share.ts"
import { asPermutation, emitPermutation } from "./transposed.ts"
import { vectorises } from "./vectorise.ts"

/** The innermost loop may run over its end where that is the end of the whole result. */
const isFlat = (shape: readonly number[]): boolean => shape.slice(0, -1).every((n) => n === 1)

/** Like every emitter of a form, it claims this part's share, and says how many parts may get one. */
export function emitMap(e: Emitter, loop: MapLoop): number {
  const { shape, indices, bodies } = loop
  const permutation = asPermutation(loop)
  if (permutation !== undefined) return emitPermutation(e, loop, permutation)
  const results = bodies.map((x, k) => input(loop.inputs.length + k, x.dtype, shape))
  const lanes = lanesFor(indices, bodies, isFlat(shape))
  const levels = levelsFor(indices, bodies, lanes?.wide ?? 0)
  const share = claim(e, levels)
  nest(
    e,
    indices,
    lanes,
    e.root,
    (b, wide) => {
      // A result may lie where an input does, so all of them are computed before the first is written.
      const [many, one] = bodies.length > 1 ? [e.heldVectors, e.heldScalar] : [e.vectors, e.scalar]
      const values = bodies.map((x) => (wide > 0 ? many(x, b, wide) : [one(x, b)]))
      const stores = values.map((v, k) => store(e, v, flat(shape, indices), results[k]!, b, wide > 0))
      b.code.push(stores)
    },
    share,
  )
  return unitsOf(levels)
}

export function emitPrefix(e: Emitter, loop: PrefixLoop): number {
  const { shape, indices, monoid } = loop
  const axis = indices[loop.axis]!
  const others = indices.filter((v) => v !== axis)
  // Runs forwards over k; in reverse, element k is found at size - 1 - k.
  const from: Scalar = loop.reverse ? binary("sub", constant(axis.size - 1), axis) : axis
  const body = substitute(loop.body, new Map([[axis, from]]))
  const place = flat(
    shape,
    indices.map((v) => (v === axis ? from : v)),
  )
  const result = input(loop.inputs.length, body.dtype, shape)
  const isInner = loop.axis === shape.length - 1
  const unit = unitOf(monoid, [body.dtype])[0]!
  const lanes = isInner ? undefined : lanesFor(others, [body], false)
  const levels = sizeOf(shape) === 0 ? [] : levelsFor(others, [body], lanes?.wide ?? 0, isInner ? 1 : lineOfWords)
  const share = claim(e, levels)
  if (sizeOf(shape) === 0) return 1
  const inside = (b: Nest, wide: number): void => {
    const acc = Array.from({ length: Math.max(1, wide) }, () =>
      wide > 0
        ? keep(e, b, v128, constantLanes(e, body.dtype, unit))
        : keep(e, b, localType(body.dtype), constantCode(body.dtype, unit)),
    )
    const k = e.local(i32)
    const inner = block(b, [[axis, held(k)]])
    const next = wide > 0 ? e.vectors(body, inner, wide) : [e.scalar(body, inner)]
    accumulate(e, { monoid, bodies: [body] }, [acc], [next], inner, wide > 0)
    inner.code.push(store(e, acc.map(get), place, result, inner, wide > 0))
    b.code.push(counted(k, i32Const(0), i32Const(axis.size), 1, inner.code))
  }
  nest(e, others, lanes, e.root, inside, share)
  return unitsOf(levels)
}

/**
 * The sources of a scatter can be shared out by one that is itself a coordinate of where its values go: then no two parts
 * write at one place, and each prepares the places that it adds to.
 */
function scatterLevel(
  { shape, indices, over, at }: ScatterLoop,
  lanes: Lanes | undefined,
): readonly [level: Level, source: Var] | undefined {
  const found = at.flatMap((x, d): readonly (readonly [Level, Var])[] => {
    const [to, source] = [indices[d]!, over.find((r) => r === x)]
    if (source === undefined) return []
    const isInLanes = d === shape.length - 1 || source === lanes?.index
    return [[levelOf(to, isInLanes ? lineOfWords : 1), source]]
  })
  const most = Math.max(...found.map(([level]) => level.count))
  return found.find(([{ count }]) => count >= Math.min(most, enoughUnits))
}

export function emitScatter(e: Emitter, loop: ScatterLoop): number {
  const { shape, indices, init, over, at } = loop
  const isEmpty = sizeOf(shape) === 0
  const tests = unprovedAxes(shape, at)
  const lanes = isEmpty ? undefined : scatterLanes(loop, tests)
  const [level, source] = (isEmpty ? undefined : scatterLevel(loop, lanes)) ?? []
  const share = claim(e, level === undefined ? [] : [level])
  // Steps that are as short as the units.
  const within = (found: Lanes | undefined): Lanes | undefined =>
    found && level ? { ...found, wide: Math.min(found.wide, lineOfWords / 4) } : found
  const result = input(loop.inputs.length, init.dtype, shape)
  const start = block(e.root)
  const begin = (b: Nest, wide: number): void => {
    const values = wide > 0 ? e.vectors(init, b, wide) : [e.scalar(init, b)]
    b.code.push(store(e, values, flat(shape, indices), result, b, wide > 0))
  }
  nest(e, indices, within(lanesFor(indices, [init], isFlat(shape))), start, begin, share)
  // Added to where it lies, an array need not be copied onto itself.
  const isCopy = init.op === "load" && readInPlace(loop).has(init.from.slot)
  e.root.code.push(isCopy ? when([get(init.from.slot), get(result.slot), ne], start.code) : start.code)
  if (isEmpty) return 1
  const add = (b: Nest, wide: number): void => addInto(e, loop, tests, b, wide)
  // Sources beyond the result, and those whose place is, add nothing.
  const sources: Share | undefined = share && level && { ...share, levels: [{ ...level, index: source }] }
  nest(e, over, within(lanes), e.root, add, sources)
  return level?.count ?? 1
}

/** Lanes that are added at neighbouring places: they cannot meet, so their order does not matter. */
function scatterLanes(
  { inputs, shape, init, over, at, value }: ScatterLoop,
  tests: readonly number[],
): Lanes | undefined {
  const last = over.at(-1)
  const target = load(input(inputs.length, init.dtype, shape), at)
  if (last === undefined || !freeVars(target).has(last) || !vectorises(target, last)) return undefined
  if (tests.some((d) => freeVars(at[d]!).has(last))) return undefined
  return lanesFor(over, [value], false)
}

function addInto(
  e: Emitter,
  { inputs, shape, init, at, value }: ScatterLoop,
  tests: readonly number[],
  b: Nest,
  wide: number,
): void {
  const { dtype } = init
  const result = input(inputs.length, dtype, shape)
  const test = testCode(e, shape, at, tests, b)
  const { code, offset } = addressOf(e, flat(shape, at), result, b)
  const op = binaryOp(dtype === "bool" ? "or" : "add", dtype, wide > 0)!
  const next = wide > 0 ? e.vectors(value, b, wide) : [e.scalar(value, b)]
  const type = wide > 0 ? v128 : localType(dtype)
  const sums = next.map((x, u): Code => [loadFrom(type, code, offset + (wide > 0 ? 16 : bytesOf(dtype)) * u), x, op])
  const put = store(e, sums, flat(shape, at), result, b, wide > 0)
  b.code.push(test === undefined ? put : when(test, put))
}
