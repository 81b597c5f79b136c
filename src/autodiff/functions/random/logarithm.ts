import { typed } from "../../boundary.ts"
import { log1p } from "../values.ts"
import type { Reals } from "./words.ts"

/** log(1 + x). */
export const logOnePlus = (x: Reals): Reals => typed(log1p(typed(x)))
