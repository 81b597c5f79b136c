/** npm packages that are too heavy, or too slow to build, for the project's own node_modules. */
import { spawnSync } from "node:child_process"
import { existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache.ts"
import { Missing } from "./debian.ts"

/** The folder with a package.json from which the package can be required; installs it there unless it is. */
export function fetchPackage(name: string, version: string, proof: string): string {
  const folder = cacheFolder(`${name}-${version}-node${process.versions.modules}`)
  if (existsSync(join(folder, "node_modules", name, proof))) return folder
  console.log(`installing ${name}@${version} into ${folder}`)
  // npm 11 runs the scripts of those packages only that are named here; older ones run all.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { [name]: version }, allowScripts: { [name]: true } }),
  )
  const { status, stdout, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 900_000,
  })
  if (status === 0 && existsSync(join(folder, "node_modules", name, proof))) return folder
  rmSync(join(folder, "node_modules"), { recursive: true, force: true })
  throw new Missing(`npm could not install ${name}@${version} in ${folder}:\n${`${stdout}${stderr}`.slice(-2000)}`)
}
