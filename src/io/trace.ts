/** Profiles as files. */
import type { Profile } from "../autodiff/signatures/inspection.ts"
import { replaceFile } from "./files.ts"

/**
 * Writes the trace of a profile, which chrome://tracing and ui.perfetto.dev open. The file is replaced as a whole.
 *
 * @example
 * ```ts
 * import { type F32, ones, profile, tanh } from "cotangent"
 * import { saveTrace } from "cotangent/io"
 * const found = profile((x: F32<[8]>) => tanh(x), { repetitions: 3 })(ones([8]))
 * await saveTrace("out/example/tanh.trace.json", found)
 * ```
 */
export const saveTrace = (path: string, { trace }: Pick<Profile, "trace">): Promise<void> =>
  replaceFile(path, JSON.stringify(trace))
