/** A software Vulkan new enough for WebGPU, unpacked from Debian's backports into the cache; nothing is installed. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache.ts"
import { answers, Missing } from "./debian.ts"

/** What a process needs in its environment to find it. */
export interface SoftwareVulkan {
  readonly VK_ICD_FILENAMES: string
  readonly LD_LIBRARY_PATH: string
}

/** Where Debian keeps the keys of its archive. */
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
const wanted = ["mesa-vulkan-drivers", "libvulkan1"]

export function softwareVulkan(): SoftwareVulkan {
  const folder = cacheFolder("mesa")
  const root = join(folder, "root")
  const found = (): SoftwareVulkan | undefined => {
    const drivers = join(root, "usr/share/vulkan/icd.d")
    const driver = existsSync(drivers) ? readdirSync(drivers).find((name) => name.startsWith("lvp_icd")) : undefined
    const lib = join(root, "usr/lib")
    const libraries = existsSync(lib)
      ? readdirSync(lib).find((name) => existsSync(join(lib, name, "libvulkan_lvp.so")))
      : undefined
    if (driver === undefined || libraries === undefined) return undefined
    return { VK_ICD_FILENAMES: join(drivers, driver), LD_LIBRARY_PATH: join(lib, libraries) }
  }
  const known = found()
  if (known !== undefined) return known
  unpack(folder, root)
  const made = found()
  if (made === undefined) throw new Missing(`Debian's packages ${wanted.join(", ")} hold no lavapipe in ${root}`)
  return made
}

/** The archive and release that this system's own packages come from. */
function archive(): { readonly uri: string; readonly release: string } {
  const targets = answers("apt-get", ["indextargets", "--format", "$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)"])
  for (const line of (targets ?? "").split("\n")) {
    const [origin, release = "", uri = "", component] = line.split("|")
    if (origin === "Debian" && component === "main" && !/-(updates|security|backports)$/.test(release))
      return { uri, release }
  }
  throw new Missing(
    "software Vulkan comes from Debian's backports, and this system's package sources name no Debian archive (is it Debian, and was apt-get update run?): install Mesa 24 or later with its Vulkan driver lavapipe",
  )
}

function unpack(folder: string, root: string): void {
  const { uri, release } = archive()
  rmSync(folder, { recursive: true, force: true })
  const [lists, cache] = [join(folder, "lists"), join(folder, "cache")]
  for (const path of [join(lists, "partial"), join(cache, "archives/partial"), root])
    mkdirSync(path, { recursive: true })
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : ""
  const sources = join(folder, "sources.list")
  writeFileSync(sources, ["", "-backports"].map((suffix) => `deb ${signed}${uri} ${release}${suffix} main\n`).join(""))
  const options = Object.entries({
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": lists,
    "Dir::Cache": cache,
    "Debug::NoLocking": "1",
    "APT::Sandbox::User": "root",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`])
  const apt = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync("apt-get", [...options, "-qq", ...args], { encoding: "utf8" })
    if (status !== 0) throw new Missing(`apt-get ${args.join(" ")} failed:\n${stderr}`)
  }
  console.log(`unpacking Mesa from ${release}-backports into ${folder}`)
  apt("update")
  apt(
    "install",
    "--download-only",
    "--reinstall",
    "--no-install-recommends",
    "-y",
    "-t",
    `${release}-backports`,
    ...wanted,
  )
  const archives = join(cache, "archives")
  for (const name of readdirSync(archives).filter((n) => n.endsWith(".deb")))
    if (spawnSync("dpkg-deb", ["-x", join(archives, name), root]).status !== 0)
      throw new Missing(`dpkg-deb could not unpack ${name}`)
  rmSync(cache, { recursive: true, force: true })
  rmSync(lists, { recursive: true, force: true })
}
