/** The same draws for every mutant: what one run kills, the next kills. */
import fc from "fast-check"

fc.configureGlobal({ seed: 20, numRuns: 10 })
