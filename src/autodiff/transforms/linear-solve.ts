/** Implicit solves: x with matvec(x) = b, whose derivative is another solve, not the derivative of the solver. */

import { type AnyFunction, functionArgument, typed } from "../boundary.ts"
import { callSite, internal, ShapeError } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { batchProgram, repeat } from "../interpreters/batch.ts"
import { jvpValues } from "../interpreters/jvp.ts"
import { applyLinear, linearizeValues } from "../interpreters/linearize.ts"
import { evalProgram, type Traced, trace, traceClosed } from "../interpreters/trace.ts"
import { knownValue, transposeProgram } from "../interpreters/transpose.ts"
import { orZeros, plus } from "../interpreters/zeros.ts"
import { checkOptions } from "../options.ts"
import { add } from "../primitives/add.ts"
import { lessEqual } from "../primitives/compare.ts"
import { mul } from "../primitives/mul.ts"
import { neg } from "../primitives/neg.ts"
import { stopGradient } from "../primitives/stop-gradient.ts"
import { sub } from "../primitives/sub.ts"
import { sum } from "../primitives/sum.ts"
import type { Maybe, ProgramOperation } from "../program/operation.ts"
import type { Claim, Program } from "../program/program.ts"
import { showType, type TensorType } from "../program/type.ts"
import type { LinearSolve } from "../signatures/control.ts"
import { fromNumber } from "../tensor.ts"
import { expectSameStructure, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { settled } from "./arguments.ts"
import { callOperation } from "./call.ts"
import { checkOperation } from "./check-operation.ts"
import { subProgram } from "./sub-programs.ts"

interface Options {
  readonly tolerance?: number
  readonly solve: unknown
  readonly transposeSolve?: unknown
  readonly symmetric?: boolean
}
/** The system and its transpose, both as programs, so that every transform of a solve is a solve again. */
interface System {
  /** (constants, x) -> A x, linear in x; and the same for the transpose. */
  readonly matvec: Program
  readonly transposed: Program
  readonly constants: number
  /** (captured, constants, b) -> x; `captured` is what the user's solver closes over, constant to the derivative. */
  readonly solve: Program
  readonly captured: number
  readonly transposeSolve: Program
  readonly transposeCaptured: number
}

/**
 * Solves `matvec(x) = b` with a solver of your choice. `matvec` must be linear; it may close over what the solution
 * depends on, and derivatives by that and by `b` are solves with the same system (forward) or its transpose (reverse),
 * so the solver itself is never differentiated and may be anything, a whileLoop too.
 *
 * @param options `solve(matvec, b)`. `symmetric`: the transpose is the system itself. `transposeSolve`: another solver for
 * the transposed system; by default `solve`.
 * `tolerance`: reading a result throws a SolverError where |matvec(x) - b| exceeds this times |b|, also in compiled code.
 * @throws TreeError, ShapeError where matvec does not map x's structure to itself.
 * @example
 * ```ts
 * import { div, grad, linearSolve, mul, type Scalar, tensor } from "cotangent"
 * const f = (a: Scalar) => linearSolve((x) => mul(a, x), tensor(6), { solve: (_, b) => div(b, a), symmetric: true })
 * console.log(await grad(f)(tensor(2)).item())
 * ```
 */
export const linearSolve: LinearSolve = typed(
  (matvec: unknown, b: unknown, options: Options = { solve: undefined }) => {
    const apply = functionArgument("linearSolve", matvec)
    checkOptions("linearSolve", options, ["solve", "symmetric", "transposeSolve", "tolerance"])
    const solve = functionArgument("linearSolve", options.solve)
    const transposeSolve =
      options.transposeSolve === undefined ? solve : functionArgument("linearSolve", options.transposeSolve)
    const right = settled(flatten(b, "b"))
    const made = subProgram(
      "matvec",
      right.leaves.map((x) => x.type),
      (leaves) => apply(right.build(leaves)),
    )
    expectSameStructure("linearSolve", right, made.result, ["b", "matvec(x)"])
    right.leaves.forEach((x, k) => {
      const y = made.result.leaves[k]
      if (y !== undefined && y.type !== x.type)
        throw new ShapeError(
          "matvec",
          `linearSolve: matvec(x) is ${showType(y.type)} at ${right.paths[k]}, b is ${showType(x.type)}`,
        )
    })
    const constants = made.captured
    const transposed =
      options.symmetric === true
        ? made.program
        : transposeProgram(made.program, [...constants.map(() => false), ...right.leaves.map(() => true)])
    const solver = (f: AnyFunction, program: Program): Traced =>
      trace(
        "solve",
        [...constants, ...right.leaves].map((x) => x.type),
        (...inputs) => {
          const given = inputs.slice(0, constants.length)
          const linear = (x: unknown): unknown =>
            right.build(evalProgram(program, [...given, ...flatten(x, "x").leaves]))
          const solution = flatten(f(linear, right.build(inputs.slice(constants.length))), "the solution")
          expectSameStructure("linearSolve", right, solution, ["b", "the solution"])
          return solution.leaves
        },
      )
    const forwards = solver(solve, made.program)
    const backwards =
      options.symmetric === true && options.transposeSolve === undefined ? forwards : solver(transposeSolve, transposed)
    const operation = solveOperation({
      matvec: made.program,
      transposed,
      constants: constants.length,
      solve: forwards.program,
      captured: forwards.captured.length,
      transposeSolve: backwards.program,
      transposeCaptured: backwards.captured.length,
    })
    const solution = bind(operation, [...forwards.captured, ...backwards.captured, ...constants, ...right.leaves])
    if (options.tolerance === undefined) return right.build(solution)
    const reached = evalProgram(made.program, [...constants, ...solution].map(still))
    return right.build(claimSolved(solution, reached, right.leaves.map(still), options.tolerance))
  },
)

const still = (x: Value): Value => bindOne(stopGradient.operation, x)
/** The solution, with the claim that |A x - b| is at most tolerance times |b|; reading it throws where that is not so. */
function claimSolved(
  solution: readonly Value[],
  reached: readonly Value[],
  b: readonly Value[],
  tolerance: number,
): readonly Value[] {
  const claim: Claim = {
    kind: "solver",
    code: "not-converged",
    message: `linearSolve: the solver did not converge, |matvec(x) - b| exceeds ${tolerance} |b|; give it more rounds, or a larger tolerance`,
    site: callSite(),
  }
  const squares = (xs: readonly Value[]): Value => {
    const sums = xs.map((x) => bindOne(sum.over(x.shape.map((_, d) => d)), bindOne(mul.operation, x, x)))
    return sums.reduce((a, c) => bindOne(add.operation, a, c))
  }
  const residual = squares(reached.map((x, k) => bindOne(sub.operation, x, valueAt(b, k))))
  const most = squares(b)
  const allowed = bindOne(mul.operation, most, fromNumber(most.type.array.dtype, tolerance * tolerance))
  const solved = bindOne(lessEqual.operation, residual, allowed)
  return solution.map((x) => bindOne(checkOperation(claim), x, solved))
}
const valueAt = (xs: readonly Value[], k: number): Value => {
  const x = xs[k]
  if (x === undefined) throw internal("a linear solve lacks a right-hand side")
  return x
}

/** Operands: what the solver captured, what the transposed one did, the system's constants, b. */
function solveOperation(system: System): ProgramOperation {
  const { matvec, transposed, solve, transposeSolve, constants, captured, transposeCaptured } = system
  const divide = <T>(
    xs: readonly T[],
  ): {
    readonly own: readonly T[]
    readonly other: readonly T[]
    readonly constants: readonly T[]
    readonly b: readonly T[]
  } => {
    const from = captured + transposeCaptured
    return {
      own: xs.slice(0, captured),
      other: xs.slice(captured, from),
      constants: xs.slice(from, from + constants),
      b: xs.slice(from + constants),
    }
  }
  const types = solve.inputs.map((v) => v.type)
  const otherTypes = transposeSolve.inputs.slice(0, transposeCaptured).map((v) => v.type)
  const program = traceClosed(
    "linearSolve",
    [...types.slice(0, captured), ...otherTypes, ...types.slice(captured)],
    (...all) => {
      const given = divide(all)
      return evalProgram(solve, [...given.own, ...given.constants, ...given.b])
    },
  )
  // A x = b gives A dx = db - dA x: the same system with another right-hand side. `change` is dA x.
  const solved = (
    given: ReturnType<typeof divide<Value>>,
    db: readonly Maybe[],
    change: readonly Maybe[],
  ): readonly Maybe[] => {
    const right = given.b.map((_, k) => plus(db[k], negated(change[k])))
    if (right.every((r) => r === undefined)) return right
    return bind(operation, [
      ...given.own,
      ...given.other,
      ...given.constants,
      ...right.map((r, k) => orZeros(r, typeAt(given.b, k))),
    ])
  }
  const operation: ProgramOperation = {
    ...callOperation(program, "linearSolve"),
    key: `linearSolve ${matvec.id} ${transposed.id} ${solve.id} ${transposeSolve.id}`,
    jvp: (primals, tangents) => {
      const outputs = bind(operation, primals)
      const [given, moving] = [divide(primals), divide(tangents)]
      const applied = (...cs: readonly Value[]): readonly Value[] => evalProgram(matvec, [...cs, ...outputs])
      const change = jvpValues(applied, given.constants, moving.constants).tangents
      return { outputs, tangents: solved(given, moving.b, change) }
    },
    linearize: (primals, tangents, linear) => {
      const outputs = bind(operation, primals)
      const [given, moving] = [divide(primals), divide(tangents)]
      const applied = (...cs: readonly Value[]): readonly Value[] => evalProgram(matvec, [...cs, ...outputs])
      // Not jvpValues inside `linear`: a jit or scan in matvec would be written down whole, its primal half too.
      const active = moving.constants.map((t) => t !== undefined)
      const made = linearizeValues(applied, given.constants, active)
      return { outputs, tangents: linear(() => solved(given, moving.b, applyLinear(made, moving.constants))) }
    },
    transpose: (cotangents, operands) => {
      const from = captured + transposeCaptured
      if (operands.slice(0, from + constants).some((x) => x.linear))
        throw internal("a linear solve that is linear in its system")
      const known = operands.slice(0, from + constants).map((x) => knownValue(x, "linearSolve"))
      const given = divide(known)
      const back: System = {
        ...system,
        matvec: transposed,
        transposed: matvec,
        solve: transposeSolve,
        captured: transposeCaptured,
        transposeSolve: solve,
        transposeCaptured: captured,
      }
      const cts = matvec.outputs.map((a, k) => orZeros(cotangents[k], a.type))
      const solved = bind(solveOperation(back), [...given.other, ...given.own, ...given.constants, ...cts])
      return [...known.map(() => undefined), ...solved]
    },
    batch: (values, batched, axis) => {
      const flags = divide(batched)
      const [given, b] = [divide(values), flags.b.map(() => true)]
      const inside = [...flags.constants, ...b]
      const made: System = {
        ...system,
        matvec: batchProgram(matvec, inside, axis, b).program,
        transposed: batchProgram(transposed, inside, axis, b).program,
        solve: batchProgram(solve, [...flags.own, ...inside], axis, b).program,
        transposeSolve: batchProgram(transposeSolve, [...flags.other, ...inside], axis, b).program,
      }
      const right = given.b.map((x, k) => (flags.b[k] === true ? x : repeat(x, axis.size)))
      return {
        values: bind(solveOperation(made), [...given.own, ...given.other, ...given.constants, ...right]),
        batched: b,
      }
    },
  }
  return operation
}
const negated = (x: Maybe): Maybe => x && bindOne(neg.operation, x)
function typeAt(xs: readonly Value[], k: number): TensorType {
  return valueAt(xs, k).type
}
