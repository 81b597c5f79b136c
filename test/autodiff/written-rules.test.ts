/**
 * A rule that can neither be derived nor is written does not compile. Each `@ts-expect-error` is checked by `npm run check`:
 * the day that the line compiles, the check fails.
 */
import { expect, test } from "vitest"
import { loopOperation, opaqueOperation } from "../../src/autodiff/primitives/primitive.ts"
import { type ArrayType, inputsOf, prefixLoop, routineLoop } from "../../src/autodiff/program/loop/loop.ts"
import { constant, load } from "../../src/autodiff/program/loop/scalar.ts"

const routine = { name: "nothing", run: () => [] }
const host = (types: readonly ArrayType[]) => routineLoop(inputsOf(types), routine, types)
const running = (types: readonly ArrayType[]) =>
  prefixLoop(
    inputsOf(types),
    types[0]?.shape ?? [],
    { axis: 0, monoid: "prod", reverse: false },
    (...i) => inputsOf(types).map((x) => load(x, i))[0] ?? constant(0),
  )

test("meanings without derivable rules are refused by the compiler", () => {
  // @ts-expect-error host code has no derived rules
  const hostWithout = loopOperation("host", {}, host)
  // @ts-expect-error neither has a running product
  const runningWithout = loopOperation("cumprod", {}, running)
  // @ts-expect-error with a jvp alone, the batch rule is missing
  const halfWritten = opaqueOperation("half", {}, host, { jvp: () => [undefined] })
  const sums = (t: readonly ArrayType[]) =>
    prefixLoop(inputsOf(t), [], { axis: 0, monoid: "sum", reverse: false }, () => constant(0))
  // @ts-expect-error a written jvp that a derived batch would forget
  const forgotten = loopOperation("identity", {}, sums, { jvp: () => [undefined] })
  const whole = opaqueOperation("whole", {}, host, {
    jvp: () => [undefined],
    batch: (values) => ({ values, batched: [true] }),
  })
  expect([hostWithout, runningWithout, halfWritten, forgotten, whole].map((o) => o.kind)).toEqual(
    new Array(5).fill("loop"),
  )
})
