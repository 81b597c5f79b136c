/** scan as an operation: each transform of a scan is a scan of the transformed body. */
import { bind } from "../interpreter.ts"
import { batchProgram, moveAxis, repeat } from "../interpreters/batch.ts"
import type { ScanOperation } from "../program/operation.ts"
import { typeOf } from "../program/type.ts"
import { jvpScan } from "./scan-rules/jvp.ts"
import { linearizeScan } from "./scan-rules/linearize.ts"
import { divide, type Parts, settle } from "./scan-rules/parts.ts"
import { transposeScan } from "./scan-rules/transpose.ts"

export function scanOperation(parts: Parts): ScanOperation {
  const { body, length, reverse } = parts
  const results = body.outputs.map((a, k) =>
    k < parts.carry ? a.type : typeOf(a.type.dtype, [length, ...a.type.shape]),
  )
  const params = { constants: parts.constants, carry: parts.carry, length, reverse }
  return {
    kind: "scan",
    name: "scan",
    params,
    key: `scan ${body.id} ${JSON.stringify(params)}`,
    body,
    constants: parts.constants,
    carry: parts.carry,
    length,
    reverse,
    over: ([other], constants) =>
      scanOperation({ ...parts, body: other ?? body, constants: parts.constants + constants }),
    results: () => results,
    jvp: (primals, tangents) => jvpScan(scanOperation, parts, primals, tangents),
    linearize: (primals, tangents, linear) => linearizeScan(scanOperation, parts, primals, tangents, linear),
    transpose: (cotangents, operands) => transposeScan(scanOperation, parts, results, cotangents, operands),
    batch: (values, batched, axis) => {
      const flags = divide(parts, batched)
      const bodyFlags = (carry: readonly boolean[]): readonly boolean[] => [...flags.constants, ...carry, ...flags.xs]
      const force = (carry: readonly boolean[]): readonly boolean[] => body.outputs.map((_, k) => carry[k] === true)
      const carry = settle(flags.carry, (c) => batchProgram(body, bodyFlags(c), axis, force(c)).batched)
      const made = batchProgram(body, bodyFlags(carry), axis, force(carry))
      const given = divide(parts, values)
      const operands = [
        ...given.constants,
        ...given.carry.map((x, k) => (carry[k] === true && flags.carry[k] !== true ? repeat(x, axis.size) : x)),
        // Rows are taken along the first axis, so the batch steps behind it.
        ...given.xs.map((x, k) => (flags.xs[k] === true ? moveAxis(x, 0, 1) : x)),
      ]
      const out = bind(scanOperation({ ...parts, body: made.program }), operands)
      return {
        values: out.map((x, k) => (k >= parts.carry && made.batched[k] === true ? moveAxis(x, 1, 0) : x)),
        batched: made.batched,
      }
    },
  }
}
