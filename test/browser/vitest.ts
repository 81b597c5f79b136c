/** What stands for "vitest" in a page: its own runner and expectations, without the Node around them. */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect"

export { afterAll, beforeAll, describe, it } from "@vitest/runner"

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const expect = (value: unknown): Chai.Assertion => chai.expect(value)
