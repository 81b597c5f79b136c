/** Fourier transforms. */
import {
  fft,
  fft2,
  fftfreq,
  fftn,
  fftshift,
  ifft,
  ifft2,
  ifftn,
  ifftshift,
  irfft,
  mul,
  rfft,
  rfftfreq,
} from "cotangent"
import { type FunctionCase, floats, functionCase, type Plain } from "../case.ts"

/** The definition, in doubles, along the last axis: real parts, then imaginary ones. */
function plain(re: Plain, im: Plain | undefined, sign: 1 | -1, scale = 1): readonly (readonly number[])[] {
  const n = re.shape.at(-1) ?? 1
  const out = { re: [] as number[], im: [] as number[] }
  for (let row = 0; row < re.data.length; row += n)
    for (let k = 0; k < n; k++) {
      let [a, b] = [0, 0]
      for (let j = 0; j < n; j++) {
        const [c, s] = [Math.cos((2 * Math.PI * ((j * k) % n)) / n), sign * Math.sin((2 * Math.PI * ((j * k) % n)) / n)]
        const [x, y] = [re.data[row + j] ?? 0, im?.data[row + j] ?? 0]
        a += x * c - y * s
        b += x * s + y * c
      }
      out.re.push(a * scale)
      out.im.push(b * scale)
    }
  return [out.re, out.im]
}
const torch = (call: string): string => `(lambda y: (y.real, y.imag))(${call})`
const lengths = [1, 2, 3, 8, 30, 37, 67]
export const fourier: readonly FunctionCase[] = [
  ...lengths.map((n) =>
    functionCase({
      name: "fft",
      note: `${n} elements`,
      args: [floats([2, n]), floats([2, n])],
      of: (re, im) => fft({ re, im }),
      exact: (re, im) => plain(re, im, -1),
      torch: torch("torch.fft.fft(torch.complex(a, b))"),
    }),
  ),
  functionCase({
    name: "fft",
    note: "three stages, real",
    args: [floats([1056])],
    of: (re) => fft(re),
    exact: (re) => plain(re, undefined, -1),
    torch: torch("torch.fft.fft(a)"),
  }),
  functionCase({
    name: "fft",
    note: "an axis, ortho",
    args: [floats([3, 6, 2]), floats([3, 6, 2])],
    of: (re, im) => fft({ re, im }, { axis: 1, norm: "ortho" }),
    torch: torch('torch.fft.fft(torch.complex(a, b), dim=1, norm="ortho")'),
  }),
  functionCase({
    name: "ifft",
    args: [floats([2, 12]), floats([2, 12])],
    of: (re, im) => ifft({ re, im }),
    exact: (re, im) => plain(re, im, 1, 1 / 12),
    torch: torch("torch.fft.ifft(torch.complex(a, b))"),
  }),
  functionCase({
    name: "rfft",
    args: [floats([2, 9])],
    of: (x) => rfft(x),
    torch: torch("torch.fft.rfft(a)"),
  }),
  functionCase({
    name: "irfft",
    args: [floats([2, 5]), floats([2, 5])],
    of: (re, im) => irfft({ re, im }),
    torch: "torch.fft.irfft(torch.complex(a, b))",
  }),
  functionCase({
    name: "irfft",
    note: "odd length, forward",
    args: [floats([5, 2]), floats([5, 2])],
    of: (re, im) => irfft({ re, im }, { length: 9, axis: 0, norm: "forward" }),
    torch: 'torch.fft.irfft(torch.complex(a, b), n=9, dim=0, norm="forward")',
  }),
  functionCase({
    name: "fft2",
    args: [floats([2, 4, 3])],
    of: (x) => fft2(x),
    torch: torch("torch.fft.fft2(a)"),
  }),
  functionCase({
    name: "ifft2",
    args: [floats([4, 3]), floats([4, 3])],
    of: (re, im) => ifft2({ re, im }),
    torch: torch("torch.fft.ifft2(torch.complex(a, b))"),
  }),
  functionCase({
    name: "fftn",
    args: [floats([2, 3, 4])],
    of: (x) => fftn(x, { axes: [0, 2] }),
    torch: torch("torch.fft.fftn(a, dim=(0, 2))"),
  }),
  functionCase({
    name: "ifftn",
    args: [floats([2, 3, 4]), floats([2, 3, 4])],
    of: (re, im) => ifftn({ re, im }),
    torch: torch("torch.fft.ifftn(torch.complex(a, b))"),
  }),
  functionCase({ name: "fftshift", args: [floats([3, 4])], of: (x) => fftshift(x), torch: "torch.fft.fftshift(a)" }),
  functionCase({
    name: "ifftshift",
    args: [floats([5, 4])],
    of: (x) => ifftshift(x, { axes: 0 }),
    torch: "torch.fft.ifftshift(a, dim=0)",
  }),
  functionCase({
    name: "fftfreq",
    args: [floats([5])],
    of: (x) => mul(x, fftfreq(5, { spacing: 0.5 })),
    torch: "a * torch.fft.fftfreq(5, 0.5, dtype=torch.float64)",
  }),
  functionCase({
    name: "rfftfreq",
    args: [floats([4])],
    of: (x) => mul(x, rfftfreq(6)),
    torch: "a * torch.fft.rfftfreq(6, dtype=torch.float64)",
  }),
]
