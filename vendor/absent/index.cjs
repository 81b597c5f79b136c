// gpu.js asks for `gl` inside try/catch: throwing says "not here", where an empty module would pass for a broken GL.
throw new Error("cotangent's own installation leaves webgpu and gl out; install the real package to use its mode")
