/** The current interpreter is what it was before, after success and after a throw; what escapes its level is reported. */
import {
  add,
  checkpoint,
  cond,
  customJvp,
  customVjp,
  debugNaN,
  forLoop,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  linearSolve,
  makeProgram,
  mul,
  type Scalar,
  scan,
  setEngine,
  sin,
  sum,
  switchOn,
  type Tensor,
  TracerError,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { currentInterpreter } from "../../src/autodiff/interpreter.ts"
import { evaluate } from "../../src/autodiff/interpreters/evaluate.ts"

beforeAll(() => setEngine("wasm"))
afterEach(() => expect(currentInterpreter()).toBe(evaluate))

const x = (): Tensor<[2], "f32"> => tensor([1, 2])
const truth = (): Scalar<"bool"> => tensor(true)
type F = (v: Tensor<[2], "f32">) => Scalar

/** Every transform, applied to a loss and called. */
const transforms: readonly (readonly [string, (f: F) => unknown])[] = [
  ["grad", (f) => grad(f)(x())],
  ["valueAndGrad", (f) => valueAndGrad(f)(x())],
  ["vjp", (f) => vjp(f)(x())[1](tensor(1))],
  ["jvp", (f) => jvp(f)([x()], [x()])],
  ["linearize", (f) => linearize(f)(x())[1](x())],
  ["jacfwd", (f) => jacfwd(f)(x())],
  ["jacrev", (f) => jacrev(f)(x())],
  ["hessian", (f) => hessian(f)(x())],
  [
    "vmap",
    (f) =>
      vmap(f)(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
  ],
  ["jit", (f) => jit(f)(x())],
  ["checkpoint", (f) => checkpoint(f)(x())],
  ["makeProgram", (f) => makeProgram(f)(x())],
  ["debugNaN", (f) => debugNaN(f)(x())],
  [
    "scan",
    (f) =>
      scan((c: Tensor<[2], "f32">, _: undefined) => [mul(c, f(c)), undefined] as const, x(), undefined, { length: 2 }),
  ],
  ["forLoop", (f) => forLoop(0, 2, (_, c: Tensor<[2], "f32">) => mul(c, f(c)), x())],
  [
    "whileLoop",
    (f) =>
      whileLoop(
        () => tensor(false),
        (c: Tensor<[2], "f32">) => mul(c, f(c)),
        x(),
      ),
  ],
  ["cond", (f) => cond(truth(), f, f, x())],
  ["switchOn", (f) => switchOn(0, [f], x())],
  ["customJvp", (f) => jvp(customJvp(f, ([v], [t]) => [f(v), f(t)]))([x()], [x()])],
  [
    "customVjp",
    (f) => grad(customVjp(f, { forward: (v) => [f(v), undefined], backward: (_, ct) => [mul(ct, x())] }))(x()),
  ],
  ["linearSolve", (f) => linearSolve((v: Tensor<[2], "f32">) => mul(v, 2), x(), { solve: (_, b) => mul(b, f(b)) })],
]

describe("the current interpreter", () => {
  it.each(transforms)(
    "is the base again after %s, after a throw in it, and after a throw two levels down",
    (_, run) => {
      run((v) => sum(sin(v)))
      expect(currentInterpreter()).toBe(evaluate)
      const broken: F = () => {
        throw new Error("on purpose")
      }
      expect(() => run(broken)).toThrow("on purpose")
      expect(currentInterpreter()).toBe(evaluate)
      expect(() => run((v) => sum(jit(grad(broken))(v)))).toThrow("on purpose")
      expect(currentInterpreter()).toBe(evaluate)
      // An error of the library's own, found deep inside.
      expect(() => run((v) => sum(add(v, tensor([1, 2, 3]) as Tensor<number[], "f32">)))).toThrow(/shapes|broadcast/)
      expect(currentInterpreter()).toBe(evaluate)
      expectClose(grad((v: Scalar) => mul(v, v))(tensor(3)), 6)
    },
  )
  it("is the base after 1,000 gradients", () => {
    const f = grad((v: Tensor<[2], "f32">) => sum(mul(sin(v), v)))
    const first = f(x()).arraySync()
    for (let i = 0; i < 1000; i++) f(x())
    expect(currentInterpreter()).toBe(evaluate)
    expect(f(x()).arraySync()).toEqual(first)
  })
})

describe("a traced value that leaves its transform", () => {
  it.each(["grad", "vmap", "jit", "jvp", "makeProgram"] as const)("of %s is reported as leaked", (name) => {
    let leaked: Scalar | undefined
    const keep: F = (v) => {
      leaked = sum(v)
      return sum(mul(v, v))
    }
    transforms.find(([n]) => n === name)?.[1](keep)
    if (leaked === undefined) throw new Error("nothing was kept")
    const kept = leaked
    expect(() => add(kept, 1)).toThrow(TracerError)
    expect(() => add(kept, 1)).toThrow(/return it from the function instead of keeping it outside/)
    expect(() => jit((v: Scalar) => add(v, kept))(tensor(1))).toThrow(TracerError)
  })
  it("has no numbers to read, and says who traces it", async () => {
    const refused: Promise<unknown>[] = []
    jit((v: Scalar) => {
      expect(() => v.itemSync()).toThrow(/traced by jit/)
      refused.push(v.item())
      expect(() => Number(v)).toThrow(/is not a JavaScript number/)
      return v
    })(tensor(1))
    for (const attempt of refused) await expect(attempt).rejects.toThrow(TracerError)
  })
})
