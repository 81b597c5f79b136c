/** Every function's error and its edges, on every engine that runs wherever Node does. */
import { describe } from "vitest"
import { engines } from "./engines.ts"
import { functionLaws } from "./function-laws.ts"

describe.each(engines)("$title", functionLaws)
