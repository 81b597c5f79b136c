import * as core from "cotangent"
import * as io from "cotangent/io"
import * as layers from "cotangent/layers"
import * as optim from "cotangent/optim"
import * as testing from "cotangent/testing"
import { uses } from "./uses.mjs"

await uses({ core, layers, optim, testing, io })
