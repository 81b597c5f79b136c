/** The laws of a few primitives, one of every kind of rule: the interpreters treat the others like one of these. */
import { describe } from "vitest"
import { engines } from "../autodiff/engines.ts"
import { primitiveLaws } from "../autodiff/primitive-laws.ts"

describe.each(engines)("$title", (choice) =>
  primitiveLaws(choice, ["mul", "where", "sum", "contraction", "take", "cast", "sort", "lu"]),
)
