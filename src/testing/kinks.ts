/** Why differences and a derivative disagree: a point without a derivative, or a derivative that is wrong. */
import { isFloat } from "../autodiff/dtype.ts"
import type { Maybe } from "../autodiff/program/operation.ts"
import type { Program } from "../autodiff/program/program.ts"
import type { Value } from "../autodiff/value.ts"
import { along, step } from "./differences.ts"

const away =
  "there is no derivative to compare with, so draw points away from it: values.awayFrom([0], gap) for a kink, values.distinct() for a tie"
const show = (x: number): string => String(Number(x.toPrecision(6)))

/**
 * What keeps a function from having a derivative in a direction, where that is large enough to explain an error: a kink, a
 * jump or the edge of its domain. Undefined where it is smooth.
 *
 * The slopes to the left and to the right of a smooth point differ in proportion to the step, at a kink they differ by the
 * same for every step, and at a jump the more the smaller the step is.
 */
export function kinkAlong(
  program: Program,
  inputs: readonly Value[],
  direction: readonly Maybe[],
  error: number,
): string | undefined {
  const move = along(program, inputs, direction)
  const numbersAt = (by: number): readonly number[] =>
    move(by).flatMap((x) => (isFloat(x.dtype) ? [...x.dataSync()] : []))
  const here = numbersAt(0)
  const slopes = [8, 1, 1 / 8].map((times) => {
    const [by, above, below] = [times * step, numbersAt(times * step), numbersAt(-times * step)]
    const side = (to: readonly number[], sign: number) => here.map((y, i) => (sign * ((to[i] ?? 0) - y)) / by)
    return { left: side(below, -1), right: side(above, 1) }
  })
  const gap = (scale: number, i: number): number =>
    Math.abs((slopes[scale]?.right[i] ?? 0) - (slopes[scale]?.left[i] ?? 0))
  const across = (scale: number, i: number): number =>
    Math.abs((slopes[scale]?.right[i] ?? 0) + (slopes[scale]?.left[i] ?? 0)) / 2
  for (const [i, y] of here.entries()) {
    const [left = 0, right = 0] = [slopes[2]?.left[i], slopes[2]?.right[i]]
    if (Number.isFinite(y) && !(Number.isFinite(left) && Number.isFinite(right)))
      return `the point is at the edge of the domain: a step to one side gives ${Number.isFinite(left) ? show(y + right * step) : show(y - left * step)}; draw points further inside`
    // Over both sides, for a point may lie in the middle of its jump: 1 to 8 to 64.
    const [low, steep, steeper] = [across(0, i), across(1, i), across(2, i)]
    if (steep >= 0.9 * error && steeper > 4 * steep && steep > 4 * low)
      return `the function jumps here, by about ${show(2 * steep * step)} at element ${i}; ${away}`
    const [far, near, nearest] = [gap(0, i), gap(1, i), gap(2, i)]
    if (near < 0.9 * error) continue
    // Smooth: 8 to 1 to 1/8.
    if (far < 4 * near || near > 16 * nearest)
      return `the function has a kink within ${step} of here: its slope in this direction is ${show(slopes[0]?.left[i] ?? 0)} before it and ${show(slopes[0]?.right[i] ?? 0)} after it (element ${i}); ${away}`
  }
  return undefined
}

/** What two numbers that should be equal have in common. */
export function likelyCause(found: number, wanted: number): string {
  if (Number.isNaN(found) || Number.isNaN(wanted))
    return "an overflow (exp beyond 88 in f32) or a step out of the domain, if only in a branch that `where` does not take: its derivative is still multiplied by 0; make its argument safe too"
  if (!Number.isFinite(found) || !Number.isFinite(wanted)) return "an overflow, or a division by 0"
  if (Math.abs(found) < 1e-9 * Math.abs(wanted))
    return "the derivative is lost: a stopGradient, a rounding or a comparison on the way, or a rule that leaves a term out"
  const ratio = found / wanted
  if (Math.abs(ratio + 1) < 1e-3) return "the sign of a rule is wrong"
  for (const factor of [2, 0.5, 3, 1 / 3, 4, 0.25])
    if (Math.abs(ratio / factor - 1) < 1e-3) return `a rule is off by the factor ${show(factor)}`
  return "a rule written by hand (customJvp, customVjp, definePrimitive) is wrong or leaves a term out, or the function is not the same each time it is called"
}
