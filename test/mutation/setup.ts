/**
 * Every mutant meets the same draws: what one run kills, the next kills. Files share their modules (an import costs more than
 * most tests), so each begins on the engine that a program begins on.
 */
import { setEngine } from "cotangent"
import fc from "fast-check"

fc.configureGlobal({ seed: 20, numRuns: 10 })
await setEngine("wasm")
