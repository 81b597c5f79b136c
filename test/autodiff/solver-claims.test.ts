/** A solver that did not converge: an error word, raised where the result is read, also in compiled code. */
import {
  add,
  type F32,
  grad,
  jit,
  linearSolve,
  mul,
  type Scalar,
  SolverError,
  scan,
  sub,
  sum,
  tensor,
  vmap,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Vector = F32<[2]>
/** Richardson iteration with a fixed number of rounds: enough of them, or not. */
const solveIn =
  (rounds: number) =>
  (b: Vector): Vector =>
    linearSolve((x: Vector) => mul(tensor([2, 4]), x), b, {
      symmetric: true,
      tolerance: 1e-3,
      solve: (matvec, right) => {
        const round = (x: Vector): readonly [Vector, undefined] => [add(x, mul(0.3, sub(right, matvec(x)))), undefined]
        return scan(round, mul(right, 0), undefined, { length: rounds })[0]
      },
    })

describe.each(engines)("linearSolve with a tolerance on $title", ({ choose, f64 }) => {
  beforeAll(choose)
  const b = (): Vector => tensor([2, 4])

  it("gives the solution and its derivatives where the solver converged", async () => {
    const solved = jit(solveIn(40))(b())
    const found = await solved.array()
    expect(found.map((v) => Math.round(v * 100) / 100)).toEqual([1, 1])
    if (!f64) return
    expectClose(grad((v: Vector): Scalar => sum(solveIn(40)(v)))(b()), [0.5, 0.25], { atol: 1e-2 })
  })
  it("raises where it did not: eagerly, compiled, mapped, and in what is computed from the result", async () => {
    const attempts = [
      () => solveIn(1)(b()),
      () => jit(solveIn(1))(b()),
      () =>
        vmap(solveIn(1))(
          tensor([
            [2, 4],
            [6, 8],
          ]),
        ),
      () => mul(jit(solveIn(1))(b()), 2),
    ]
    for (const attempt of attempts) {
      const reading = (async () => attempt().data())()
      await expect(reading).rejects.toThrow(SolverError)
      await expect(reading).rejects.toThrow(/did not converge[\s\S]*solver-claims\.test\.ts/)
    }
  })
})
