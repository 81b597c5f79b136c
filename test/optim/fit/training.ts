/** A training run in a process of its own, to be killed: `training.ts <folder> <steps>` prints what it ends with. */
import { random, tree } from "cotangent"
import { checkpointFolder } from "cotangent/io"
import { fit } from "cotangent/optim"
import { data, loss, optimiser, start } from "./problem.ts"

const [folder = "", steps = "0"] = process.argv.slice(2)
const {
  params,
  optimiser: state,
  history,
} = await fit({
  params: start(),
  loss,
  optimiser,
  batches: data,
  key: random.key(5),
  steps: Number(steps),
  ...(folder === "" ? {} : { checkpoints: checkpointFolder(folder, { every: 7 }) }),
  progress: { update: ({ step }) => console.log(`step ${step}`), notice: console.log, end: () => undefined },
})
const bytes = await Promise.all(tree.leaves([params, state]).map((leaf) => leaf.data()))
console.log(`end ${JSON.stringify([bytes.map((x) => [...x].map(Number)), history.loss])}`)
