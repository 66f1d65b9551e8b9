import { expect, test } from 'vitest'
import { expectedVerdicts, verdictsOf } from './conformance-suite.ts'
import { startFixtureServer } from './fixture-server.ts'
import { NEXT_SCENARIOS, STABLE_SCENARIOS } from './scenarios.ts'

const SUITES = [
  ['@modelcontextprotocol/conformance', STABLE_SCENARIOS],
  ['mcp-conformance-next', NEXT_SCENARIOS]
] as const

test.each(SUITES)('%s finds each scenario as it is listed', async (packageName, scenarios) => {
  await using server = await startFixtureServer()

  const verdicts = await verdictsOf(packageName, server.url)

  expect(verdicts).toEqual(expectedVerdicts(scenarios))
})

test('a scenario that is not listed as passed says why', () => {
  const reasons = [...Object.values(STABLE_SCENARIOS), ...Object.values(NEXT_SCENARIOS)].flatMap((each) =>
    each === 'passed' ? [] : [each.because]
  )

  expect(reasons.filter((reason) => reason === '')).toEqual([])
})
