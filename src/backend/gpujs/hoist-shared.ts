/**
 * Transcendentals that many threads would compute alike, as kernels of their own: on WebAssembly each is a call into
 * JavaScript (Adam's two powers of a scalar, once for every weight, took a tenth of a training step).
 */
import { internal } from "../../autodiff/errors.ts"
import { input, type MapLoop, mapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { freeVars, type Input, load, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"
import { rewrite, substitute } from "../../autodiff/program/loop/walk.ts"
import { type Sequence, sequenceOf } from "../compile/sequence.ts"

/** Threads to each value from which a kernel of its own is cheaper. */
const leastSharing = 64

export function hoistShared(loop: MapLoop): Sequence {
  const { push, finish, arrays } = sequenceOf(loop.inputs)
  const inputs = (): readonly Input[] => arrays.map((t, slot) => input(slot, t.dtype, t.shape))
  const all = (): readonly number[] => arrays.map((_, k) => k)
  const change = (n: Scalar): Scalar => {
    if (!isCall(n)) return n
    const free = freeVars(n)
    const rest = loop.indices.filter((v) => !free.has(v))
    if (![...free].every((v) => loop.indices.includes(v)) || sizeOf(rest.map((v) => v.size)) < leastSharing) return n
    const over = loop.indices.filter((v) => free.has(v))
    const made = mapLoop(
      inputs(),
      over.map((v) => v.size),
      (...i) => substitute(n, new Map(over.map((v, d): [Var, Scalar] => [v, i[d] ?? v]))),
    )
    const [array = -1] = push(made, all())
    const type = arrays[array]
    if (type === undefined) throw internal("a hoisted value without its array")
    return load(input(array, type.dtype, type.shape), over)
  }
  const bodies = loop.bodies.map((b) => rewrite(b, change))
  return finish(
    push(
      mapLoop(inputs(), loop.shape, () => bodies),
      all(),
    ),
  )
}
const calls: ReadonlySet<string> = new Set(["exp", "log", "sin", "cos", "tanh", "pow"])
const isCall = (n: Scalar): boolean => (n.op === "unary" || n.op === "binary") && n.dtype === "f32" && calls.has(n.fn)
