/** The studies by name; one is loaded when it is asked for. */
import type { AnyStudy } from "./harness/study.ts"

export const studies: Readonly<Record<string, () => Promise<AnyStudy>>> = {
  tam: async () => (await import("./tam/index.ts")).default,
}
