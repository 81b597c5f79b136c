export interface Rule {
  readonly nodes: readonly number[]
  readonly weights: readonly number[]
}
/**
 * Gauss and Legendre's rule of n points on [0, 1]: the zeros of the n-th Legendre polynomial by Newton's method from
 * cos(π (k + 3/4) / (n + 1/2)), and 2 / ((1 - x²) P'(x)²) for weights.
 */
export function gaussLegendre(n: number): Rule {
  const points = Array.from({ length: n }, (_, k) => {
    let x = Math.cos((Math.PI * (k + 0.75)) / (n + 0.5))
    let slope = 1
    for (let step = 0; step < 8; step++) {
      let [before, now] = [1, x]
      for (let j = 2; j <= n; j++) [before, now] = [now, ((2 * j - 1) * x * now - (j - 1) * before) / j]
      slope = (n * (x * now - before)) / (x * x - 1)
      x -= now / slope
    }
    return { node: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) }
  })
  return { nodes: points.map((p) => p.node), weights: points.map((p) => p.weight) }
}
