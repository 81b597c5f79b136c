const core = require("cotangent")
const io = require("cotangent/io")
const layers = require("cotangent/layers")
const optim = require("cotangent/optim")
const testing = require("cotangent/testing")

import("./uses.mjs").then(({ uses }) => uses({ core, layers, optim, testing, io }))
