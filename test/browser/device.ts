/** What computes behind an engine in this page. */
export async function deviceOf(engine: string): Promise<string> {
  switch (engine) {
    case "gpujs/webgl2":
      return webgl2()
    case "gpujs/webgpu":
      return webgpu()
    default:
      return "the processor, one thread (no cross-origin isolation)"
  }
}

function webgl2(): string {
  const gl = document.createElement("canvas").getContext("webgl2")
  if (gl === null) throw new Error("the browser gives no WebGL 2")
  const name: unknown = gl.getParameter(gl.RENDERER)
  const known = gl.getExtension("WEBGL_debug_renderer_info")
  const unmasked: unknown = known === null ? name : gl.getParameter(known.UNMASKED_RENDERER_WEBGL)
  const text = String(unmasked)
  return `${text} (${/swiftshader|llvmpipe|software/i.test(text) ? "software" : "hardware"})`
}

interface Adapter {
  readonly info: Readonly<Record<string, unknown>>
}
async function webgpu(): Promise<string> {
  const gpu: unknown = Reflect.get(navigator, "gpu")
  if (typeof gpu !== "object" || gpu === null || !("requestAdapter" in gpu) || typeof gpu.requestAdapter !== "function")
    throw new Error("the browser gives no navigator.gpu")
  const adapter: Adapter | null = await Reflect.apply(gpu.requestAdapter, gpu, [])
  if (adapter === null) throw new Error("the browser has navigator.gpu and no adapter behind it")
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info
  const name = [description, vendor, architecture].filter((x) => x !== "" && x !== undefined).join(" ")
  const software = isFallbackAdapter === true || /swiftshader|software|llvmpipe/i.test(name)
  return `${name} (${software ? "software" : "hardware"})`
}
