import { expect, test } from 'vitest'
import { ToolUsage } from '../../src/tools/tool-usage.ts'

test('calls are counted by tool and agent, with how long they took', () => {
  const usage = new ToolUsage()

  usage.record({ tool: 'context_read', agent: 'ada', outcome: 'ok', elapsedMs: 3 })
  usage.record({ tool: 'context_read', agent: 'ada', outcome: 'failed', elapsedMs: 5 })
  usage.record({ tool: 'context_read', agent: 'bob', outcome: 'ok', elapsedMs: 1 })

  expect(usage.rows()).toEqual([
    { tool: 'context_read', agent: 'ada', ok: 1, failed: 1, elapsedMs: { total: 8, max: 5 } },
    { tool: 'context_read', agent: 'bob', ok: 1, failed: 0, elapsedMs: { total: 1, max: 1 } }
  ])
})

test('agents beyond the limit are counted as one', () => {
  const usage = new ToolUsage({ rowsMax: 2 })

  for (const agent of ['a', 'b', 'c', 'd']) usage.record({ tool: 't', agent, outcome: 'ok', elapsedMs: 1 })

  expect(usage.rows().map(({ agent, ok }) => [agent, ok])).toEqual([
    ['a', 1],
    ['b', 1],
    ['(others)', 2]
  ])
})
