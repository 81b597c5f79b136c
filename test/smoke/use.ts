// Compiled by tsc without DOM and Node types, and run by tsx.
import { type F32, grad, mul, random, sin, sum, tensor, zeros } from "cotangent"
import * as io from "cotangent/io"
import { linear } from "cotangent/layers"
import { adam } from "cotangent/optim"
import { checkGrads } from "cotangent/testing"

const f = (x: F32<[number]>) => sum(mul(sin(x), x))
const [slope] = await grad(f)(tensor([2])).data()
if (slope === undefined || Math.abs(slope - (Math.sin(2) + 2 * Math.cos(2))) > 1e-5)
  throw new Error(`d(x sin x)/dx at 2 came out as ${slope}`)

const layer = linear(3, 2)
const params = layer.init(random.key(0))
const out: F32<[2]> = layer.apply(params, zeros([3]))
if (out.shape[0] !== 2) throw new Error(`a layer from 3 to 2 gave ${out.shape}`)

adam({ learningRate: 0.1 }).init(params)
await checkGrads(f, [tensor([0.5, 2])])
if (Object.keys(io).length === 0) throw new Error("cotangent/io exports nothing")
