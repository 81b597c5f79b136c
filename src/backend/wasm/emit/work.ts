/** An estimate of the time that a kernel takes, for who decides whether a step is worth more than one thread. */
import { bytesOf } from "../../../autodiff/dtype.ts"
import { unproved } from "../../../autodiff/program/loop/affine.ts"
import { type Loop, resultsOf, sizeOf } from "../../../autodiff/program/loop/loop.ts"
import { children, freeVars, type Scalar, type Var } from "../../../autodiff/program/loop/scalar.ts"
import { type Contraction, sizeOfAxes } from "../../compile/contraction.ts"
import { isHostCall } from "../../compile/lower.ts"
import { binaryOp, unaryOp } from "../instructions.ts"
import { vectorises } from "./vectorise.ts"

/** Nanoseconds, as measured on one core of a server of 2023: 3 GHz, lanes of four. */
const flopsEach = 35
const bytesEach = 30
const one = 0.25
/** Elements of a vector are four to an instruction, and do not wait for one another. */
const inLanes = 8
const hostCall = 15

/** About how many nanoseconds `loop` takes on one core, right within a factor of about three. */
export function workOf(loop: Loop, product: Contraction | undefined): number {
  const arrays = [...loop.inputs, ...resultsOf(loop)]
  const moved = arrays.reduce((n, x) => n + sizeOf(x.shape) * bytesOf(x.dtype), 0) / bytesEach
  switch (loop.form) {
    case "map": {
      if (product === undefined) return Math.max(moved, operations(loop.bodies, loop.indices.at(-1)))
      const { outer, m, n, k } = product
      const multiplied = [...outer, ...m, ...n].length === 0 ? 0 : sizeOfAxes(outer) * sizeOfAxes(m) * sizeOfAxes(n)
      return Math.max(moved, (2 * multiplied * k.reduce((p, v) => p * v.size, 1)) / flopsEach)
    }
    case "prefix": {
      const across = loop.axis === loop.shape.length - 1 ? undefined : loop.indices.at(-1)
      return Math.max(moved, operations([loop.body], across) + sizeOf(loop.shape) * one)
    }
    case "scatter": {
      const sources = sizeOf(loop.over.map((v) => v.size))
      return Math.max(moved, operations([loop.value, ...loop.at], loop.over.at(-1)) + sources * 2 * one)
    }
    default:
      return moved
  }
}

/** Each node as often as its indices have values: what does not depend on an index is computed outside of its loop. */
function operations(roots: readonly Scalar[], last: Var | undefined): number {
  const isWide = last !== undefined && last.size >= 4 && roots.every((x) => vectorises(x, last))
  let total = 0
  const seen = new Set<Scalar>()
  const visit = (n: Scalar, lanes: Var | undefined): void => {
    if (seen.has(n) || n.op === "const" || n.op === "var") return
    seen.add(n)
    let times = 1
    for (const v of freeVars(n)) times *= v.size
    if (n.op === "fold") {
      const { index, bodies } = n
      const isAcross = index.size >= 8 && bodies.every((x) => vectorises(x, index))
      const across = lanes !== undefined && freeVars(n).has(lanes) ? lanes : isAcross ? index : undefined
      total += (times * index.size * bodies.length * one) / (across === undefined ? 1 : inLanes)
      for (const x of bodies) visit(x, across)
      return
    }
    total += (times * costOf(n)) / (lanes !== undefined && freeVars(n).has(lanes) ? inLanes : 1)
    if (n.op === "select" && isHostCall(n.b)) for (const x of [n.test, n.a]) visit(x, lanes)
    else if (n.op !== "load") for (const x of children(n)) visit(x, lanes)
  }
  for (const x of roots) visit(x, isWide ? last : undefined)
  return total
}

function costOf(n: Scalar): number {
  if (n.op === "load") return one * (1 + 2 * unproved(n).length)
  if (n.op === "unary" && (n.dtype === "f32" || n.dtype === "f64"))
    return unaryOp(n.fn, n.dtype, false) === undefined ? hostCall : one
  if (n.op === "binary") return binaryOp(n.fn, n.dtype, false) === undefined ? hostCall : n.fn === "div" ? 4 * one : one
  return one
}
