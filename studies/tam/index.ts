/** Torque-aware momentum: what is claimed of it, and what is left when the learning rate is matched. */
import { cell, type Plan, study } from "../harness/study.ts"
import { mnist } from "./data.ts"
import { ablation } from "./parts/ablation.ts"
import { accuracy } from "./parts/accuracy.ts"
import { barrier } from "./parts/barrier.ts"
import { landscapes } from "./parts/landscapes.ts"
import { limits } from "./parts/limits.ts"
import { shift } from "./parts/shift.ts"
import { presets, type Settings } from "./settings.ts"

const source = (settings: Settings): Plan => {
  const one = cell("source of the images", async () => {
    const { source: from } = await mnist(settings.accuracy.images, settings.testImages)
    return from.includes("stand-in") ? from : "MNIST"
  })
  const { seeds, batch, hidden, testImages, accuracy: runs } = settings
  return {
    cells: [one],
    report: (resultOf) => ({
      claims: [],
      figures: [],
      notes: [
        `Images: ${resultOf(one)}; ${runs.images} to train on and ${testImages} to test, a network 784-${hidden}-10 with relu, batches of ${batch}, momentum 0.9, ${seeds} paired seeds. Equal seeds share initial parameters and the order of the data.`,
      ],
    }),
  }
}

const joined = (plans: readonly Plan[]): Plan => ({
  cells: plans.flatMap(({ cells }) => cells),
  report: (resultOf) => {
    const reports = plans.map(({ report }) => report(resultOf))
    return {
      claims: reports.flatMap(({ claims }) => claims),
      figures: reports.flatMap(({ figures }) => figures),
      tables: reports.flatMap(({ tables = [] }) => tables),
      notes: reports.flatMap(({ notes = [] }) => notes),
    }
  },
})

export default study<Settings>({
  name: "tam",
  title: "Torque-aware momentum",
  source: "Malviya, Mordido, Baratin, Babanezhad, Dziugaite, Pascanu, Chandar 2024, arXiv 2412.18790",
  version: 1,
  presets,
  plan: (settings, { seed }) =>
    joined([
      source(settings),
      ...[limits, landscapes, accuracy, shift, barrier, ablation].map((part) => part(settings, seed)),
    ]),
})
