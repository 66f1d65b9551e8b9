import type { CommitId } from '@hcfs/core'
import { ManualClock, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { TokenPoint } from '../../src/contexts/token.ts'
import { decodeToken, encodeToken } from '../../src/contexts/token.ts'
import { TokenWaiter } from '../../src/contexts/token-waiter.ts'
import { commitFates } from '../../src/convergence/commit-fate.ts'
import { deviceNumber, tip } from './frontier-samples.ts'
import { SampleCopy } from './sample-copy.ts'

const ADA = deviceNumber(2)
const TOKEN = encodeToken([tip(2, 1)])

function waiter({ aliasOf }: { aliasOf?: (id: CommitId) => CommitId | undefined } = {}) {
  const copy = new SampleCopy()
  const clock = new ManualClock()
  const wanted: (readonly TokenPoint[])[] = []
  const fates = commitFates({ log: copy.log, ...(aliasOf && { aliasOf }) })
  const replica = { log: copy.log, stored: copy.changes }
  const tokens = new TokenWaiter({ replica, clock, fates, wanted: (points) => wanted.push(points) })
  return { copy, clock, wanted, tokens }
}

test('a read waits for what its token names, and asks others for it at once', async () => {
  const { copy, wanted, tokens } = waiter()
  const reached = tokens.reached(TOKEN)
  await settle()
  expect(wanted).toEqual([[tip(2, 1)]])
  copy.write(ADA)
  expect(await reached).toEqual({ isStale: false })
})

test('when the time is up it fails, or answers marked stale, as the caller chose', async () => {
  const { clock, tokens } = waiter()
  const failed = expect(tokens.reached(TOKEN, { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'NOT_CAUGHT_UP',
    details: { missing: 1, timeoutMs: 100 }
  })
  const stale = tokens.reached(TOKEN, { timeoutMs: 100, stale: 'allow' })
  await clock.advance(100)
  await failed
  expect(await stale).toEqual({ isStale: true })
})

test('a commit that has become void is not waited for', async () => {
  const { copy, tokens } = waiter()
  copy.write(ADA)
  const written = copy.write(ADA)
  copy.voids.set(2, new Map([[0, { reason: 'beyond-cut' }]]))
  expect(written).toBe(tip(2, 2).id)
  expect(await tokens.reached(TOKEN)).toEqual({ isStale: false })
  await expect(tokens.reached(encodeToken([tip(2, 2)]))).rejects.toMatchObject({ code: 'VOID' })
})

test('a token of a commit that was signed again still works', async () => {
  const old = tip(9, 9)
  const { copy, tokens } = waiter({ aliasOf: (id) => (id === old.id ? tip(2, 1).id : undefined) })
  copy.write(ADA)
  expect(await tokens.reached(encodeToken([old]))).toEqual({ isStale: false })
})

test('a token holds 64 chains, and what is no token is refused', () => {
  const points = Array.from({ length: 80 }, (_, index) => ({ ...tip(2, index + 1), incarnation: index }))
  expect(decodeToken(encodeToken(points))).toEqual(points.slice(-64))
  for (const token of ['', 'hct1', `hct1${'A'.repeat(100_000)}`, TOKEN.slice(0, -4)]) {
    expect(() => decodeToken(token)).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }))
  }
})
