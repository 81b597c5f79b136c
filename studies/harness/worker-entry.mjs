// A thread does not take over the loader that the main thread reads TypeScript with.
import { register } from "tsx/esm/api"

register()
const { default: measure } = await import("./worker.ts")
export default measure
