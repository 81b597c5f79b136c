import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as optim from "cotangent/optim"
import { chain, type Opaque, opaque, type Transformation, transformationMonoid } from "cotangent/optim"
import fc from "fast-check"
import { concatAll } from "fp-ts/lib/Monoid.js"
import { describe, expect, test } from "vitest"
import { contents, runs, twoRuns, walk, walkBatch, walkCompiled } from "../model.ts"
import { anyPart, parts } from "./parts.ts"

const run = runs(3)
type Walk = typeof walk
/** The updates alone: re-associated chains nest their states differently. */
const updatesOf = (go: Walk, t: Transformation<Opaque>, given: Parameters<Walk>[1]) => contents(go(t, given).updates)

describe("chain over all transformations", () => {
  test("is associative, exactly, eager and compiled", () => {
    fc.assert(
      fc.property(run, anyPart, anyPart, anyPart, fc.constantFrom(walk, walkCompiled), (given, a, b, c, go) => {
        const flat = updatesOf(go, opaque(chain(a, b, c)), given)
        expect(updatesOf(go, opaque(chain(chain(a, b), c)), given)).toEqual(flat)
        expect(updatesOf(go, opaque(chain(a, chain(b, c))), given)).toEqual(flat)
      }),
      { numRuns: 60 },
    )
  })

  test("has the empty chain as its unit, exactly", () => {
    fc.assert(
      fc.property(run, anyPart, fc.constantFrom(walk, walkCompiled), (given, a, go) => {
        const alone = updatesOf(go, a, given)
        expect(updatesOf(go, opaque(chain(chain(), a)), given)).toEqual(alone)
        expect(updatesOf(go, opaque(chain(a, chain())), given)).toEqual(alone)
      }),
      { numRuns: 60 },
    )
  })

  test("is what concatAll of fp-ts makes of the monoid", () => {
    fc.assert(
      fc.property(run, fc.array(anyPart, { maxLength: 4 }), (given, list) => {
        const folded = concatAll(transformationMonoid)(list)
        expect(updatesOf(walk, folded, given)).toEqual(updatesOf(walk, opaque(chain(...list)), given))
      }),
      { numRuns: 40 },
    )
  })

  test("has the tuple of the states as its state", () => {
    fc.assert(
      fc.property(run, anyPart, anyPart, (given, a, b) => {
        const [first, second] = chain(a, b).init(given.start)
        expect(contents(first)).toEqual(contents(a.init(given.start)))
        expect(contents(second)).toEqual(contents(b.init(given.start)))
      }),
      { numRuns: 20 },
    )
  })
})

describe("every transformation", () => {
  test.each(Object.keys(parts))(
    "%s does exactly the same compiled, with its state and the parameters donated",
    (name) => {
      fc.assert(
        fc.property(run, parts[name] ?? anyPart, (given, t) => {
          expect(updatesOf(walkCompiled, t, given)).toEqual(updatesOf(walk, t, given))
        }),
        { numRuns: 12 },
      )
    },
  )

  test.each(Object.keys(parts))("%s over a batch by vmap is exactly the loop over it", (name) => {
    fc.assert(
      fc.property(twoRuns(3), parts[name] ?? anyPart, (both, t) => {
        const found = walkBatch(t, both)
        both.forEach((given, n) => {
          expect(contents(found[n])).toEqual(updatesOf(walk, t, given))
        })
      }),
      { numRuns: 8 },
    )
  })

  test("has a place in the table", async () => {
    // What these return is no transformation.
    const others = ["averageParams", "globalNorm", "polyak", "tamMetrics"]
    const folder = (name: string): string => fileURLToPath(new URL(`../../../src/optim/${name}/`, import.meta.url))
    const names: string[] = []
    for (const at of ["clipping", "composition", "directions", "optimisers", "updates", "wrappers"])
      for (const file of readdirSync(folder(at))) {
        const module: object = await import(`${folder(at)}${file}`)
        names.push(...Object.entries(module).flatMap(([name, x]) => (typeof x === "function" ? [name] : [])))
      }
    const missing = names.filter((name) => Object.hasOwn(optim, name) && !others.includes(name) && !(name in parts))
    expect(missing, "add them to test/optim/composition/parts.ts").toEqual([])
  })
})
