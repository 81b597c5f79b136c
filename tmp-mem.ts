import * as c from "./src/index.ts"
const { zeros, ones, add } = c as any
const n = Number(process.argv[2]), reps = Number(process.argv[3])
let x = zeros([n]); const one = ones([n])
for (let r = 0; r < 4; r++) {
  const t = performance.now()
  for (let i = 0; i < reps; i++) x = add(x, one)
  const m = process.memoryUsage()
  console.log(n, ((performance.now() - t) / reps * 1000).toFixed(2), "us/op  rss", (m.rss / 1e6).toFixed(0), "heap", (m.heapUsed / 1e6).toFixed(0), "ab", (m.arrayBuffers / 1e6).toFixed(0), x.dataSync()[0])
}
