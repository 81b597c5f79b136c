/** Monoids and functors, up to rounding. */
import fc from "fast-check"
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { CloseReport } from "../close/close.ts"

/**
 * When two values count as equal: a `close` report, a truth, or a function that throws where they are not, as expectClose
 * does. It is approximate and not an `Eq`: close to close is not always close.
 */
export type Closely<X> = ((found: X, expected: X) => CloseReport | boolean) | ((found: X, expected: X) => void)

function expectClosely<X>(claim: string, near: Closely<X>, found: X, expected: X, perhaps: string): void {
  let said: string | undefined
  try {
    const report: unknown = near(found, expected)
    if (report === false) said = ""
    else if (isReport(report) && !report.close) said = report.message
  } catch (error) {
    said = error instanceof Error ? error.message : String(error)
  }
  if (said === undefined) return
  throw new Error(
    `${claim}: ${fc.stringify(found)} against ${fc.stringify(expected)}${said === "" ? "" : `\n  ${said}`}\n  perhaps: ${perhaps}`,
  )
}

const isReport = (x: unknown): x is CloseReport => typeof x === "object" && x !== null && "close" in x

/** As fp-ts has it. */
export interface MonoidOf<X> {
  readonly concat: (x: X, y: X) => X
  readonly empty: X
}

/**
 * `concat(concat(a, b), c) = concat(a, concat(b, c))`, and `empty` changes nothing on either side. What equal means for
 * numbers that were rounded is said by `near`.
 *
 * @param M an fp-ts Monoid, or anything with `concat` and `empty`.
 * @example
 * ```ts
 * import { add, type F32, zeros } from "cotangent"
 * import { close, laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const sums = { concat: (x: F32<[2]>, y: F32<[2]>) => add(x, y), empty: zeros([2]) }
 * fc.assert(laws.monoid(sums, tensors({ shape: [2] }), (a, b) => close(a, b, { ulps: 0 })))
 * ```
 */
export function monoid<X>(
  M: MonoidOf<X>,
  arbitrary: fc.Arbitrary<X>,
  near: Closely<X>,
): fc.IPropertyWithHooks<[X, X, X]> {
  const law = "laws.monoid"
  functionArgument(law, near)
  return fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
    expectClosely(
      `${law}: concat(empty, a) is not a`,
      near,
      M.concat(M.empty, a),
      a,
      "empty is not the unit of this concat: 0 for a sum, 1 for a product, -Infinity for a maximum",
    )
    expectClosely(
      `${law}: concat(a, empty) is not a`,
      near,
      M.concat(a, M.empty),
      a,
      "concat treats its sides differently",
    )
    expectClosely(
      `${law}: concat(concat(a, b), c) is not concat(a, concat(b, c))`,
      near,
      M.concat(M.concat(a, b), c),
      M.concat(a, M.concat(b, c)),
      "concat forgets what it has seen: an average without its count, a difference, a division",
    )
  })
}

/** A map: the container first, as fp-ts's functors have it. */
export type MapOf<F, X> = (fa: F, f: (x: X) => X) => F
export interface FunctorOptions<F, X> {
  /** Functions to map, two or more; they are composed in every order. */
  readonly functions: readonly ((x: X) => X)[]
  readonly near: Closely<F>
}

/**
 * `map(x, id) = x` and `map(map(x, f), g) = map(x, g after f)`: map changes what is inside, and nothing else.
 *
 * @param F an fp-ts Functor, or a function `(container, f) => container`.
 * @example
 * ```ts
 * import { type F32, mul, sin, tree } from "cotangent"
 * import { close, laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * type Pair = { readonly a: F32<[2]>; readonly b: F32<[2]> }
 * const law = laws.functor(
 *   (pair: Pair, f: (x: F32<[2]>) => F32<[2]>): Pair => ({ a: f(pair.a), b: f(pair.b) }),
 *   fc.record({ a: tensors({ shape: [2] }), b: tensors({ shape: [2] }) }),
 *   { functions: [(x) => sin(x), (x) => mul(x, 2)], near: (p, q) => close(p, q) },
 * )
 * fc.assert(law)
 * ```
 */
export function functor<F, X>(
  F: MapOf<F, X>,
  arbitrary: fc.Arbitrary<F>,
  options: FunctorOptions<F, X>,
): fc.IPropertyWithHooks<[F, number, number]>
// The map of an fp-ts Functor is polymorphic: what is inside is known from the functions.
export function functor<F, X>(
  F: { readonly map: MapOf<NoInfer<F>, NoInfer<X>> },
  arbitrary: fc.Arbitrary<F>,
  options: FunctorOptions<F, X>,
): fc.IPropertyWithHooks<[F, number, number]>
export function functor<F, X>(
  F: MapOf<F, X> | { readonly map: MapOf<F, X> },
  arbitrary: fc.Arbitrary<F>,
  options: FunctorOptions<F, X>,
): fc.IPropertyWithHooks<[F, number, number]> {
  const law = "laws.functor"
  checkOptions(law, options, ["functions", "near"])
  const { functions, near } = options
  const map = (fa: F, f: (x: X) => X): F => (typeof F === "function" ? F(fa, f) : F.map(fa, f))
  const which = fc.nat({ max: Math.max(0, functions.length - 1) })
  return fc.property(arbitrary, which, which, (fa, i, j) => {
    const [f, g] = [functions[i], functions[j]]
    expectClosely(
      `${law}: map(x, id) is not x`,
      near,
      map(fa, (x) => x),
      fa,
      "map changes more than what it is given: an order, a length, an element left out",
    )
    if (f === undefined || g === undefined) return
    expectClosely(
      `${law}: map(map(x, f), g) is not map(x, g after f), f and g being functions ${i} and ${j}`,
      near,
      map(map(fa, f), g),
      map(fa, (x) => g(f(x))),
      "map depends on how often it is called, or rounds or clips between",
    )
  })
}
