// What the children of explain-debug.test.ts run.
import { type F32, jit, mul, ones, sin, sum } from "cotangent"

const f = jit((x: F32<[3]>) => sum(mul(sin(x), x)))
const x = ones([3])
for (let k = 0; k < 3; k++) console.log((await f(x).item()).toFixed(4))
