/** All rows, in the order of the table. */
import type { Row } from "../harness/row.ts"
import { blockRow } from "./block.ts"
import { contractionRows } from "./contractions.ts"
import { convolutionRows } from "./convolution.ts"
import { eagerRow } from "./eager.ts"
import { elementwiseRows } from "./elementwise.ts"
import { gruRows } from "./gru.ts"
import { layerNormRows } from "./layer-norm.ts"
import { matmulRows } from "./matmul.ts"
import { memoryRows } from "./memory.ts"
import { mlpRows } from "./mlp.ts"
import { moveRows } from "./moves.ts"
import { optimiserRows } from "./optimisers.ts"
import { softmaxRows } from "./softmax.ts"
import { toolboxRows } from "./toolbox.ts"

export const rows: readonly Row[] = [
  ...matmulRows,
  ...contractionRows,
  ...elementwiseRows,
  ...softmaxRows,
  ...layerNormRows,
  ...moveRows,
  ...convolutionRows,
  ...toolboxRows,
  ...optimiserRows,
  ...mlpRows.slice(0, 1),
  blockRow,
  ...gruRows,
  eagerRow,
  ...mlpRows.slice(1),
  ...memoryRows,
]

export function rowNamed(name: string): Row {
  const row = rows.find((r) => r.name === name)
  if (row === undefined) throw new Error(`there is no row ${name}; there are ${rows.map((r) => r.name).join(", ")}`)
  return row
}
