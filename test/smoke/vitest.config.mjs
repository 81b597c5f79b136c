export default { test: { include: ["matchers.ts"] } }
