/** Operations that cannot run by themselves, and what their users should read. */
import { CotangentError } from "../errors.ts"
import type { CollectiveOperation, OpaqueOperation } from "./operation.ts"

/** What is wrong when such an operation is about to run, eagerly or inside a compiled Program. */
export const cannotRun = (operation: CollectiveOperation | OpaqueOperation): CotangentError =>
  operation.kind === "opaque"
    ? new CotangentError("forward-mode", operation.reason)
    : new CotangentError(
        "axis-name",
        `${operation.name}: no vmap around this names the axis "${operation.axisName}"; write vmap(f, { axisName: "${operation.axisName}" })`,
        { axisName: operation.axisName },
      )
