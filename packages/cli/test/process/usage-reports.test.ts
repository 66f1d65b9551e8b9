import type { ToolUsageRow } from '@hcfs/core'
import { HcfsError, ManualClock } from '@hcfs/core'
import { ToolUsage } from '@hcfs/mcp'
import { expect, test } from 'vitest'
import { reportUsage } from '../../src/process/usage-reports.ts'

const CALL = { tool: 't', agent: 'a', outcome: 'ok', elapsedMs: 3 } as const

function reporting() {
  const clock = new ManualClock()
  const usage = new ToolUsage()
  const ended = new AbortController()
  const told: ToolUsageRow[] = []
  const place = { isThere: true }
  const node = {
    reportToolUsage: async (rows: readonly ToolUsageRow[]) => {
      if (!place.isThere) throw new HcfsError('NODE_NOT_RUNNING', 'Gone')
      told.push(...rows)
    }
  }
  return { clock, usage, told, place, ended, done: reportUsage({ usage, node, clock }, ended.signal) }
}

test('what was called is told once, and the rest at the end', async () => {
  const { clock, usage, told, ended, done } = reporting()
  usage.record(CALL)
  await clock.advance(5_000)
  expect(told).toMatchObject([{ tool: 't', agent: 'a', ok: 1, failed: 0, elapsedMs: { total: 3, max: 3 } }])
  await clock.advance(5_000)
  expect(told).toHaveLength(1)
  usage.record(CALL)
  ended.abort()
  await done
  expect(told).toHaveLength(2)
})

test('what could not be told is told the next time', async () => {
  const { clock, usage, told, place, ended, done } = reporting()
  place.isThere = false
  usage.record(CALL)
  await clock.advance(5_000)
  usage.record(CALL)
  place.isThere = true
  await clock.advance(5_000)
  expect(told).toMatchObject([{ ok: 2 }])
  ended.abort()
  await done
})
