import { runCommand } from "../../../studies/harness/main.ts"

process.exitCode = await runCommand(process.argv.slice(2), new URL("./registry.ts", import.meta.url))
