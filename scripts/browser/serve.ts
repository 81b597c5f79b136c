/** The suite as a page on this machine's loopback, where a browser trusts it enough to give it WebGPU. */
import { createServer } from "node:http"
import { join } from "node:path"
import { build } from "esbuild"

export interface Served {
  readonly url: string
  readonly close: () => void
}

const root = join(import.meta.dirname, "../..")

/** What the page asks for: its scripts by name. Chunks stay apart, so that gpu.js is loaded by import(), as in a user's bundle. */
async function bundled(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { page: join(root, "test/browser/page.ts") },
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: "/",
    alias: { vitest: join(root, "test/browser/vitest.ts") },
    tsconfig: join(root, "tsconfig.json"),
    // package.json names the modules with effects as users get them, in dist.
    ignoreAnnotations: true,
    define: { "process.env.NODE_ENV": '"test"' },
    logLevel: "error",
  })
  return new Map(outputFiles.map(({ path, contents }) => [path.replaceAll("\\", "/").replace(/^.*\//, "/"), contents]))
}

const html =
  '<!doctype html><meta charset="utf-8"><title>cotangent</title><script type="module" src="/page.js"></script>'

export async function serve(): Promise<Served> {
  const files = await bundled()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const script = files.get(pathname)
    // No Cross-Origin-Opener-Policy: this is the page that has no shared memory and no threads.
    if (script !== undefined) response.writeHead(200, { "content-type": "text/javascript" }).end(script)
    else if (pathname === "/") response.writeHead(200, { "content-type": "text/html" }).end(html)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (typeof address !== "object" || address === null) throw new Error("no port was free")
  return {
    url: `http://localhost:${address.port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
