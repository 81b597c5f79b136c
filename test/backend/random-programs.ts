/** Random Programs over random Loops, with sub-programs, control flow, claims, views and literals; and what they mean. */
import { hold, type Numbers } from "../../src/autodiff/dtype.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  resultsOf,
  sizeOf,
  viewLoop,
} from "../../src/autodiff/program/loop/loop.ts"
import { binary, compare, constant, load } from "../../src/autodiff/program/loop/scalar.ts"
import type { Operation } from "../../src/autodiff/program/operation.ts"
import {
  type Atom,
  claimsOf,
  type Equation,
  literal,
  newProgram,
  newVariable,
  type Program,
  type Variable,
} from "../../src/autodiff/program/program.ts"
import { fromArray, typeOf } from "../../src/autodiff/program/type.ts"
import { naive } from "./naive.ts"
import { type Dice, type Palette, randomScalar, randomShape, randomValue } from "./random-loops.ts"

const unused = (): never => {
  throw new Error("engines apply no rule")
}
const rules = {
  jvp: unused,
  linearize: unused,
  transpose: unused,
  batch: unused,
  results: unused,
  over: unused,
  params: {},
}
export const loopOperation = (loop: Loop): Operation => ({
  kind: "loop",
  name: `loop${loop.id}`,
  params: {},
  key: `loop${loop.id}`,
  meaning: () => loop,
})
export const programOperation = (program: Program): Operation => ({
  kind: "program",
  name: program.name,
  key: "",
  program,
  ...rules,
})
export const checkOperation = (message: string): Operation => ({
  kind: "check",
  name: "check",
  key: "",
  claim: { code: "test", message, site: undefined },
  ...rules,
})
export const scanOperation = (
  body: Program,
  constants: number,
  carry: number,
  length: number,
  reverse: boolean,
): Operation => ({
  kind: "scan",
  name: "scan",
  key: "",
  body,
  constants,
  carry,
  length,
  reverse,
  ...rules,
})
export const whileOperation = (
  test: Program,
  body: Program,
  testConstants: number,
  bodyConstants: number,
): Operation => ({
  kind: "while",
  name: "while",
  key: "",
  test,
  body,
  testConstants,
  bodyConstants,
  ...rules,
})
export const condOperation = (branches: readonly Program[]): Operation => ({
  kind: "cond",
  name: "cond",
  key: "",
  branches,
  ...rules,
})

export const equation = (operation: Operation, inputs: readonly Atom[], types: readonly ArrayType[]): Equation => ({
  operation,
  inputs,
  outputs: types.map((t) => newVariable(fromArray(t))),
  site: undefined,
})
const array = (a: Atom): ArrayType => a.type.array
const i32: ArrayType = { dtype: "i32", shape: [] }

/** A Program over inputs of these types; its outputs have `results` as types where given. */
export function randomProgram(
  d: Dice,
  p: Palette,
  inputs: readonly ArrayType[],
  size: number,
  results?: readonly ArrayType[],
  nesting = 0,
): Program {
  const variables = inputs.map((t) => newVariable(fromArray(t)))
  const pool: Atom[] = [...variables]
  const equations: Equation[] = []
  const push = (operation: Operation, operands: readonly Atom[], types: readonly ArrayType[]): readonly Variable[] => {
    const made = equation(operation, operands, types)
    equations.push(made)
    pool.push(...made.outputs)
    return made.outputs
  }
  const some = (least: number): readonly Atom[] =>
    Array.from({ length: least + d.below(3) }, () =>
      pool.length > 0 && d.chance(0.8) ? d.pick(pool) : randomLiteral(d, p),
    )
  const apply = (
    operands: readonly Atom[],
    shape: readonly number[],
    dtypes: readonly ArrayType["dtype"][],
  ): readonly Variable[] => {
    const slots = inputsOf(operands.map(array))
    const loop = mapLoop(slots, shape, (...i) => dtypes.map((t) => randomScalar(d, p, t, slots, i, 2)))
    return push(loopOperation(loop), operands, resultsOf(loop))
  }
  const exactly = (t: ArrayType): Variable => {
    const [v] = apply(some(1), t.shape, [t.dtype])
    if (v === undefined) throw new Error("no variable")
    return v
  }
  for (let n = 0; n < size; n++) {
    switch (nesting < 2 ? d.below(8) : d.pick([0, 2, 6, 7])) {
      case 0: {
        const [source] = some(1)
        if (source !== undefined) {
          const loop = viewLoop({ slot: 0, ...array(source) }, [1, sizeOf(array(source).shape)])
          push(loopOperation(loop), [source], resultsOf(loop))
        }
        break
      }
      case 1: {
        const operands = some(1)
        const inner = randomProgram(d, p, operands.map(array), 1 + d.below(3), undefined, nesting + 1)
        push(programOperation(inner), operands, inner.outputs.map(array))
        break
      }
      case 2: {
        const [value] = some(1)
        if (value !== undefined)
          push(
            checkOperation(`claim ${n}`),
            [value, exactly({ dtype: "bool", shape: randomShape(d, 1) })],
            [array(value)],
          )
        break
      }
      case 3: {
        const [constants, carry] = [some(0), some(0)]
        const length = d.below(4)
        const rows = Array.from({ length: d.below(2) }, () => ({ dtype: d.pick(p.dtypes), shape: randomShape(d, 1) }))
        const ys = Array.from({ length: d.below(2) }, () => ({ dtype: d.pick(p.dtypes), shape: randomShape(d, 1) }))
        const body = randomProgram(d, p, [...constants.map(array), ...carry.map(array), ...rows], 1 + d.below(3), [
          ...carry.map(array),
          ...ys,
        ])
        const stacked = (t: ArrayType): ArrayType => ({ dtype: t.dtype, shape: [length, ...t.shape] })
        const xs = rows.map((t) => exactly(stacked(t)))
        push(
          scanOperation(body, constants.length, carry.length, length, d.chance(0.5)),
          [...constants, ...carry, ...xs],
          [...carry.map(array), ...ys.map(stacked)],
        )
        break
      }
      case 4: {
        // Counts down, so that it ends; the rest of the carry is random.
        const [constants, rest] = [some(0), some(0)]
        const [counterIn, counterOut] = [newVariable(fromArray(i32)), newVariable(fromArray(i32))]
        const [slot] = inputsOf([i32])
        if (slot === undefined) break
        const down: Equation = {
          operation: loopOperation(mapLoop([slot], [], () => binary("sub", load(slot, []), 1))),
          inputs: [counterIn],
          outputs: [counterOut],
          site: undefined,
        }
        const inner = randomProgram(
          d,
          p,
          [...constants.map(array), ...rest.map(array)],
          1 + d.below(2),
          rest.map(array),
          nesting + 1,
        )
        const vars = [...constants, ...rest].map((a) => newVariable(a.type))
        const call = equation(programOperation(inner), vars, inner.outputs.map(array))
        const body = newProgram({
          name: "body",
          inputs: [...vars.slice(0, constants.length), counterIn, ...vars.slice(constants.length)],
          equations: [call, down],
          outputs: [counterOut, ...call.outputs],
        })
        const testVars = [newVariable(fromArray(i32)), ...rest.map((a) => newVariable(a.type))]
        const goesOn = equation(
          loopOperation(mapLoop([slot], [], () => compare("lt", constant(0), load(slot, [])))),
          testVars.slice(0, 1),
          [{ dtype: "bool", shape: [] }],
        )
        const test = newProgram({ name: "test", inputs: testVars, equations: [goesOn], outputs: goesOn.outputs })
        const carry = [literal(d.below(4), typeOf("i32", [])), ...rest]
        push(whileOperation(test, body, 0, constants.length), [...constants, ...carry], carry.map(array))
        break
      }
      case 5: {
        const operands = some(0)
        const types = Array.from({ length: 1 + d.below(2) }, () => ({
          dtype: d.pick(p.dtypes),
          shape: randomShape(d, 2),
        }))
        const branches = Array.from({ length: 1 + d.below(3) }, () =>
          randomProgram(d, p, operands.map(array), 1 + d.below(2), types, nesting + 1),
        )
        push(
          condOperation(branches),
          [d.chance(0.5) ? literal(d.below(5) - 1, typeOf("i32", [])) : exactly(i32), ...operands],
          types,
        )
        break
      }
      default:
        apply(
          some(1),
          randomShape(d),
          Array.from({ length: 1 + d.below(2) }, () => d.pick(p.dtypes)),
        )
    }
  }
  // A result may be an input itself, one value twice, or a literal.
  const same =
    (t: ArrayType) =>
    (a: Atom): boolean =>
      a.type === fromArray(t)
  const outputs = results?.map((t) => {
    const fitting = pool.filter(same(t))
    return fitting.length > 0 && d.chance(0.5) ? d.pick(fitting) : exactly(t)
  })
  return newProgram({ name: "random", inputs: variables, equations, outputs: outputs ?? [...some(1)] })
}
function randomLiteral(d: Dice, p: Palette): Atom {
  const dtype = d.pick(p.dtypes)
  return literal(hold(dtype, randomValue(d, dtype, true)), typeOf(dtype, []))
}

/** A Program by its definition: results, then a word for each claim. */
export function meaningOf(program: Program, inputs: readonly Numbers[]): readonly Numbers[] {
  const values = new Map<Variable, Numbers>(program.inputs.map((v, k) => [v, inputs[k] ?? missing()]))
  const words: number[] = []
  const of = (a: Atom): Numbers =>
    a.kind === "literal"
      ? (naive(
          mapLoop([], [], () => constant(a.value, a.type.array.dtype)),
          [],
        )[0] ?? missing())
      : (values.get(a) ?? missing())
  for (const { operation, inputs: atoms, outputs } of program.equations) {
    const operands = atoms.map(of)
    const set = (results: readonly Numbers[]): void =>
      outputs.forEach((v, k) => {
        values.set(v, results[k] ?? missing())
      })
    switch (operation.kind) {
      case "loop":
        set(naive(operation.meaning(atoms.map(array)), operands))
        break
      case "program": {
        const all = meaningOf(operation.program, operands)
        set(all)
        words.push(...all.slice(outputs.length).map((w) => w[0] ?? 0))
        break
      }
      case "check":
        set(operands.slice(0, 1))
        words.push(operands[1]?.includes(0) ? 1 : 0)
        break
      case "scan": {
        const { body, constants, carry: carried, length, reverse } = operation
        const count = claimsOf(body).length
        let carry = operands.slice(constants, constants + carried)
        const worst = new Array<number>(count).fill(0)
        const ys = body.outputs.slice(carried).map(
          (a) =>
            naive(
              mapLoop([], [length, ...a.type.shape], () => constant(0, array(a).dtype)),
              [],
            )[0] ?? missing(),
        )
        for (let r = 0; r < length; r++) {
          const at = reverse ? length - 1 - r : r
          const rows = operands
            .slice(constants + carried)
            .map((x) => x.slice((at * x.length) / length, ((at + 1) * x.length) / length))
          const all = meaningOf(body, [...operands.slice(0, constants), ...carry, ...rows])
          carry = all.slice(0, carried)
          ys.forEach((y, k) => {
            y.set(all[carried + k] ?? missing(), (at * y.length) / length)
          })
          all.slice(body.outputs.length).forEach((w, k) => {
            worst[k] = Math.max(worst[k] ?? 0, w[0] ?? 0)
          })
        }
        set([...carry, ...ys])
        words.push(...worst)
        break
      }
      case "while": {
        const { test, body, testConstants: t, bodyConstants: b } = operation
        let carry = operands.slice(t + b)
        const worst = new Array<number>(claimsOf(test).length + claimsOf(body).length).fill(0)
        const note = (found: readonly Numbers[], from: number): void =>
          found.forEach((w, k) => {
            worst[from + k] = Math.max(worst[from + k] ?? 0, w[0] ?? 0)
          })
        for (;;) {
          const [goesOn, ...tested] = meaningOf(test, [...operands.slice(0, t), ...carry])
          note(tested, 0)
          if (goesOn?.[0] === 0) break
          const all = meaningOf(body, [...operands.slice(t, t + b), ...carry])
          carry = all.slice(0, carry.length)
          note(all.slice(carry.length), tested.length)
        }
        set(carry)
        words.push(...worst)
        break
      }
      case "cond": {
        const index = Math.min(Math.max(operands[0]?.[0] ?? 0, 0), operation.branches.length - 1)
        operation.branches.forEach((branch, k) => {
          if (k !== index) {
            words.push(...claimsOf(branch).map(() => 0))
            return
          }
          const all = meaningOf(branch, operands.slice(1))
          set(all)
          words.push(...all.slice(outputs.length).map((w) => w[0] ?? 0))
        })
        break
      }
      default:
        throw new Error(`no ${operation.kind} here`)
    }
  }
  return [...program.outputs.map(of), ...words.map((w) => Int32Array.of(w))]
}
const missing = (): never => {
  throw new Error("nothing there")
}
