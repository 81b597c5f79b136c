/**
 * Measures a study and says which of its paper's claims hold:
 *
 *     npm run study -- tam                      three minutes at most
 *     npm run study -- tam --preset full        as the paper's sizes allow; may be stopped and gone on with
 *     npm run study -- tam --check              exit code 1 when a claim that has to hold does not
 */
import { runCommand } from "./harness/main.ts"

process.exitCode = await runCommand(process.argv.slice(2), new URL("./index.ts", import.meta.url))
