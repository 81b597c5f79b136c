/**
 * Scalars as closures over a file of registers: every dtype's values are exact in a double, so a register is a double.
 * A value is computed in the innermost block (loop) that binds one of its indices, once per round of that block, however
 * often it is used: the one rule of placement that every engine follows.
 */
import type { Numbers } from "../../autodiff/dtype.ts"
import { internal } from "../../autodiff/errors.ts"
import { stridesOf } from "../../autodiff/program/loop/affine.ts"
import { combine, combineVars } from "../../autodiff/program/loop/combine.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import {
  type BinaryNode,
  type Fold,
  freeVars,
  type Load,
  type Scalar,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { binaryOf, bitcastOf, castOf, compareOf, unaryOf } from "../compile/arithmetic.ts"

type Statement = () => void
/** A number of the register that holds a value. */
export type Register = number

export interface Block {
  readonly code: Statement[]
  readonly names: ReadonlyMap<Var, Register>
  readonly known: Map<Scalar, Register>
  /** The accumulators of its folds: the parts of a pair share one loop. */
  readonly folds: Map<string, readonly Register[]>
  readonly parent: Block | undefined
}

export function newMachine() {
  let registers = new Float64Array(32)
  let used = 0
  let tensors: readonly Numbers[] = []
  const newRegister = (value = 0): Register => {
    if (used === registers.length) {
      const grown = new Float64Array(used * 2)
      grown.set(registers)
      registers = grown
    }
    registers[used] = value
    return used++
  }
  const root: Block = { code: [], names: new Map(), known: new Map(), folds: new Map(), parent: undefined }
  const open = (
    parent: Block,
    vars: readonly Var[],
    held: readonly Register[] = vars.map(() => newRegister()),
  ): Block => ({
    code: [],
    names: new Map(vars.map((v, k) => [v, held[k] ?? 0])),
    known: new Map(),
    folds: new Map(),
    parent,
  })

  /** Where `n` is held; appends what computes it to the block it belongs to. */
  function value(n: Scalar, at: Block): Register {
    const home = homeOf(n, at)
    const known = n.op === "var" ? home.names.get(n) : home.known.get(n)
    if (known !== undefined) return known
    const held = n.op === "const" ? newRegister(n.value) : compute(n, home)
    home.known.set(n, held)
    return held
  }
  function compute(n: Scalar, at: Block): Register {
    if (n.op === "fold") {
      const key = `${n.monoid} ${n.index.size} ${n.bodies.map((b) => b.id).join(" ")}`
      const held = at.folds.get(key) ?? fold(n, at)
      at.folds.set(key, held)
      return held[n.part] ?? 0
    }
    const to = newRegister()
    at.code.push(statement(n, at, to))
    return to
  }
  function statement(n: Exclude<Scalar, Fold>, at: Block, to: Register): Statement {
    switch (n.op) {
      case "load":
        return read(n, at, to)
      case "unary":
        return one(unaryOf(n.fn, n.dtype), value(n.a, at), to)
      case "cast":
        return one(castOf(n.dtype, n.a.dtype), value(n.a, at), to)
      case "bitcast":
        return one(bitcastOf(n.dtype, n.a.dtype), value(n.a, at), to)
      case "binary":
        return arithmetic(n, value(n.a, at), value(n.b, at), to)
      case "compare":
        return two(compareOf(n.fn), value(n.a, at), value(n.b, at), to)
      case "select": {
        const [test, a, b] = [value(n.test, at), value(n.a, at), value(n.b, at)]
        return () => {
          registers[to] = get(get(test) !== 0 ? a : b)
        }
      }
      default:
        throw internal(`index ${"name" in n ? n.name : n.op} is bound nowhere`)
    }
  }
  /** What sums and products are made of, spelled out: through a function each number would be allocated. */
  function arithmetic(n: BinaryNode, a: Register, b: Register, to: Register): Statement {
    switch (`${n.fn} ${n.dtype}`) {
      case "add f64":
        return () => {
          registers[to] = get(a) + get(b)
        }
      case "mul f64":
        return () => {
          registers[to] = get(a) * get(b)
        }
      case "add f32":
        return () => {
          registers[to] = Math.fround(get(a) + get(b))
        }
      case "mul f32":
        return () => {
          registers[to] = Math.fround(get(a) * get(b))
        }
      case "add i32":
        return () => {
          registers[to] = (get(a) + get(b)) | 0
        }
      case "sub i32":
        return () => {
          registers[to] = (get(a) - get(b)) | 0
        }
      default:
        return two(binaryOf(n.fn, n.dtype), a, b, to)
    }
  }
  const get = (r: Register): number => registers[r] ?? 0
  const set = (r: Register, value: number): void => {
    registers[r] = value
  }
  const one =
    (f: (a: number) => number, a: Register, to: Register): Statement =>
    () => {
      registers[to] = f(get(a))
    }
  const two =
    (f: (a: number, b: number) => number, a: Register, b: Register, to: Register): Statement =>
    () => {
      registers[to] = f(get(a), get(b))
    }
  function read(n: Load, at: Block, to: Register): Statement {
    const { shape, slot } = n.from
    const coordinates = n.at.map((x) => value(x, at))
    const strides = stridesOf(shape)
    return () => {
      let offset = 0
      for (let d = 0; d < coordinates.length; d++) {
        const x = registers[coordinates[d] ?? 0] ?? 0
        if (x < 0 || x >= (shape[d] ?? 0)) {
          registers[to] = n.outside
          return
        }
        offset += x * (strides[d] ?? 0)
      }
      registers[to] = tensors[slot]?.[offset] ?? Number.NaN
    }
  }
  function fold(n: Fold, at: Block): readonly Register[] {
    const units = unitOf(
      n.monoid,
      n.bodies.map((b) => b.dtype),
    )
    const held = units.map((u) => newRegister(u))
    const index = newRegister()
    const body = open(at, [n.index], [index])
    const fresh = n.bodies.map((b) => value(b, body))
    const [acc, next] = combineVars(n.monoid, n.bodies)
    const step = open(body, [...acc, ...next], [...held, ...fresh])
    const combined = combine(n.monoid, acc, next).map((x) => value(x, step))
    const code = [...body.code, ...step.code]
    const size = n.index.size
    at.code.push(() => {
      for (let p = 0; p < held.length; p++) registers[held[p] ?? 0] = units[p] ?? 0
      for (let k = 0; k < size; k++) {
        registers[index] = k
        for (let s = 0; s < code.length; s++) code[s]?.()
        // All parts are computed before any is replaced: an argmax compares with the old value.
        for (let p = 0; p < held.length; p++) registers[held[p] ?? 0] = registers[combined[p] ?? 0] ?? 0
      }
    })
    return held
  }
  /** Runs code over these tensors. */
  const run = (code: readonly Statement[], over: readonly Numbers[]): void => {
    tensors = over
    for (let n = 0; n < code.length; n++) code[n]?.()
    // Not kept: compiled code lives long, tensors need not.
    tensors = []
  }
  return { root, open, value, get, set, run }
}

/** The block among `at` and those around it that binds an index of `n`; the outermost where `n` is constant. */
function homeOf(n: Scalar, at: Block): Block {
  const free = freeVars(n)
  let block = at
  while (block.parent !== undefined && !binds(block, free)) block = block.parent
  return block
}
function binds(block: Block, free: ReadonlySet<Var>): boolean {
  if (free.size === 0) return false
  for (const v of free) if (block.names.has(v)) return true
  return false
}
