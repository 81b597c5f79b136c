/** A recurrent network, scanned over 512 steps: forward and backward. No JavaScript peer has a loop to compile. */
import {
  add,
  type F32,
  jit,
  matmul,
  mean,
  mul,
  type Scalar,
  scan,
  sigmoid,
  split,
  square,
  sub,
  tanh,
  valueAndGrad,
  zeros,
} from "cotangent"
import type { Row } from "../harness/row.ts"
import { operand, ours } from "../worker/ours.ts"

const [length, width] = [512, 64] as const
const scale = 0.125
interface Params {
  readonly input: F32<[64, 192]>
  readonly inputBias: F32<[192]>
  readonly hidden: F32<[64, 192]>
  readonly hiddenBias: F32<[192]>
}

/** Reset, update and candidate side by side, as PyTorch's GRUCell has them. */
function cell<B extends number>(p: Params, h: F32<[B, 64]>, x: F32<[B, 64]>): F32<[B, 64]> {
  const [resetX, updateX, candidateX] = split(add(matmul(x, p.input), p.inputBias), 3, { axis: 1 })
  const [resetH, updateH, candidateH] = split(add(matmul(h, p.hidden), p.hiddenBias), 3, { axis: 1 })
  const reset = sigmoid(add(resetX, resetH))
  const update = sigmoid(add(updateX, updateH))
  const candidate = tanh(add(candidateX, mul(reset, candidateH)))
  return add(candidate, mul(update, sub(h, candidate)))
}

const gru = (batch: number, least: number): Row => {
  const loss = (p: Params, xs: F32<[512, number, 64]>): Scalar => {
    const [, hs] = scan(
      (h: F32<[number, 64]>, x: F32<[number, 64]>) => {
        const next = cell(p, h, x)
        return [next, next]
      },
      zeros([batch, width]),
      xs,
    )
    return mean(square(hs))
  }
  return {
    name: `gru-${batch}`,
    title: `512 GRU steps, d 64, batch ${batch}: forward + backward`,
    kind: "calls",
    tolerance: 1e-3,
    bars: [{ kind: "faster", ours: "threads", than: "torch", least }],
    torch: true,
    sides: {
      cotangent: () => {
        const params: Params = {
          input: operand(2, [width, 192], scale),
          inputBias: operand(3, [192], scale),
          hidden: operand(4, [width, 192], scale),
          hiddenBias: operand(5, [192], scale),
        }
        const xs = operand(1, [length, batch, width])
        const f = jit(valueAndGrad(loss))
        return ours(() => {
          const [value, { input, inputBias, hidden, hiddenBias }] = f(params, xs)
          return [value, input, inputBias, hidden, hiddenBias]
        })
      },
    },
  }
}
export const gruRows: readonly Row[] = [gru(1, 8), gru(32, 1.5)]
