// Checked by tsc and run by vitest with the matchers as installed.
import "cotangent/testing/vitest"
import { div, exp, log, tensor, zeros } from "cotangent"
import { expect, it } from "vitest"

it("tensors have matchers", () => {
  const x = tensor([0.5, 1])
  expect(log(exp(x))).toBeCloseTensor([0.5, 1], { rtol: 1e-6 })
  expect(x).not.toBeCloseTensor([0.5, 2])
  expect(zeros([2, 3])).toHaveShape([2, 3])
  expect(x).toBeFiniteTensor()
  expect(() => expect(div(x, 0)).toBeFiniteTensor()).toThrow(/Infinity|infinite/)
  // @ts-expect-error
  expect(() => expect(x).toBeCloseTensor([0.5, 1], { relative: 1e-6 })).toThrow(/there is no option "relative"/)
})
