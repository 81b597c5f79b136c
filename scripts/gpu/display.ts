/** A display for OpenGL: the one that is there, or a virtual one, whose OpenGL is software. */
import { kill, start } from "./children.ts"
import { Missing, needDebian } from "./debian.ts"

export interface Display {
  readonly name: string
  readonly virtual: boolean
  readonly close: () => void
}
export async function openDisplay(): Promise<Display> {
  const given = process.env.DISPLAY
  if (given !== undefined && given !== "") return { name: given, virtual: false, close: () => undefined }
  needDebian(["xvfb", "libgl1-mesa-dri"], "headlessgl without a display")
  // It picks a free number itself and writes it to the fourth descriptor.
  const server = start("Xvfb", ["-displayfd", "3", "-screen", "0", "64x64x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  })
  const written = server.stdio[3]
  if (written === null || written === undefined) throw new Missing("Xvfb could not be started")
  const number = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Missing("Xvfb opened no display within 20 seconds")), 20_000)
    written.once("data", (text: Buffer) => {
      clearTimeout(timer)
      resolve(text.toString().trim())
    })
    server.once("error", reject)
  })
  return { name: `:${number}`, virtual: true, close: () => kill(server) }
}
