/** The numeric suite on gpu.js in one mode, COTANGENT_MODE: what `npm run test:gpu` runs once for each. */
import { describe } from "vitest"
import { gpujsModes } from "../../src/backend/gpujs/gpu.ts"
import { byReference, gpujs } from "../autodiff/engines.ts"
import { numericSuite } from "../autodiff/numeric-suite.ts"

const mode = gpujsModes.find((m) => m === process.env.COTANGENT_MODE)
if (mode === undefined) throw new Error(`COTANGENT_MODE names one of ${gpujsModes.join(", ")}`)

describe.each([gpujs(mode, byReference)])("$title", (choice) => numericSuite(choice, 100))
