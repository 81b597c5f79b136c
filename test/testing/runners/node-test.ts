// Run by node:test, which knows nothing of vitest (test/testing/runners.test.ts).
import { test } from "node:test"
import { add } from "cotangent"
import { expectClose, tensorsOf } from "cotangent/testing"
import fc from "fast-check"

const pairs = tensorsOf({ a: ["n"], b: ["n"] })
test("holds", () => fc.assert(fc.property(pairs, ({ a, b }) => expectClose(add(a, b), add(b, a), { ulps: 0 }))))
test("fails", () =>
  fc.assert(
    fc.property(pairs, ({ a, b }) => expectClose(add(a, b), a)),
    { seed: 1 },
  ))
