/** Claims about values, checked where they are computed, also in compiled code, and raised where a result is read. */
import { bind } from "../interpreter.ts"
import type { CheckOperation, Maybe } from "../program/operation.ts"
import type { Claim } from "../program/program.ts"

/** x, with the claim that a bool tensor is true everywhere; where it is not, reading the result throws. */
export function checkOperation(claim: Claim): CheckOperation {
  const operation: CheckOperation = {
    kind: "check",
    name: "check",
    params: { code: claim.code, message: claim.message },
    key: `check ${JSON.stringify([claim.code, claim.message, claim.site])}`,
    claim,
    results: ([x]) => (x === undefined ? [] : [x]),
    // The claim is about the primal and was made there; tangents pass.
    jvp: (primals, [t]) => ({ outputs: bind(operation, primals), tangents: [t] }),
    linearize: (primals, [t]) => ({ outputs: bind(operation, primals), tangents: [t] }),
    transpose: ([ct]): readonly Maybe[] => [ct, undefined],
    batch: (values, [batched]) => ({ values: bind(operation, values), batched: [batched === true] }),
  }
  return operation
}
