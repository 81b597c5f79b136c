/** Writes a module that compares the decimal arithmetic on literal types with JavaScript's, on random whole numbers. */

// A small linear congruence: the same cases on every run, so that a failure can be looked at again.
const randomNumbers = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

export function arithmetic(cases: number, seed: number): string {
  const random = randomNumbers(seed)
  // Uniform in the number of digits, so that 7 and 150528 are as likely as each other.
  const draw = (digits: number): number => Math.floor(10 ** (random() * digits))
  const lines = [
    `import type { Add, Floor, Multiply, Quotient, Subtract } from "cotangent"`,
    `type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false`,
    `const holds = <T extends true>(_?: T): void => {}`,
  ]
  const say = (type: string, value: number | undefined): void => {
    lines.push(`holds<Same<${type}, ${value ?? "never"}>>()`)
  }
  for (let i = 0; i < cases; i++) {
    const [a, b] = [draw(6), draw(6)]
    say(`Add<${a}, ${b}>`, a + b)
    say(`Subtract<${a}, ${b}>`, a >= b ? a - b : undefined)
    say(`Multiply<${a}, ${b}>`, a * b)
    say(`Floor<${a}, ${b}>`, Math.floor(a / b))
    say(`Quotient<${a}, ${b}>`, a % b === 0 ? a / b : undefined)
    say(`Quotient<${a * b}, ${b}>`, a)
  }
  return lines.join("\n")
}
