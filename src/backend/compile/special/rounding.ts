/** The nearest whole number; of two as near the even one, and -0 for what is below 0 and rounds to it. */
export function roundHalfToEven(x: number): number {
  const size = Math.abs(x)
  const below = Math.floor(size)
  const rest = size - below
  const nearest = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
  return x < 0 || Object.is(x, -0) ? -nearest : nearest
}
