// The kit as installed, under plain node: `node --test kit.mjs`.
import assert from "node:assert/strict"
import test from "node:test"
import { add, cumsum, matmul, mul, sum, transpose } from "cotangent"
import { expectClose, laws, tensors, tensorsOf } from "cotangent/testing"
import fc from "fast-check"

test("tensors that fit each other, compared", () => {
  const layers = tensorsOf({ x: ["b", "i"], w: ["i", "o"] }, { sizes: { b: [1, 4], o: 3 } })
  fc.assert(
    fc.property(layers, ({ x, w }) =>
      expectClose(transpose(matmul(x, w)), matmul(transpose(w), transpose(x)), { ulps: 0 }),
    ),
  )
})
test("laws hold, and fail with a counterexample to paste", () => {
  const xs = tensors({ shape: [3] })
  fc.assert(laws.linear((x) => cumsum(x), [xs]))
  fc.assert(laws.gradients((x) => sum(mul(x, x)), [xs]))
  assert.throws(
    () =>
      fc.assert(
        laws.linear((x) => add(x, 1), [xs]),
        { seed: 1 },
      ),
    /Counterexample: \[\[?tensor\(\[/,
  )
})
