import { commitId, deviceId, grantId, networkId, ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { GrantedCommit } from '../../src/replica/granted-entries.ts'
import { readGrantedEntries } from '../../src/replica/granted-entries.ts'

const network = networkId('00'.repeat(32))
const ada = deviceId('aa'.repeat(32))
const write = grantId('01'.repeat(32))
const admin = grantId('02'.repeat(32))
const chain = { network, author: ada, incarnation: 1, space: ROOT_PATH }

const idOf = (seq: number) => commitId(seq.toString(16).padStart(64, '0'))

/** Commits of one chain, with the grants of their entries. */
async function* commits(...grants: readonly (readonly ReturnType<typeof grantId>[])[]): AsyncGenerator<GrantedCommit> {
  for (const [index, each] of grants.entries()) {
    const seq = index + 1
    yield {
      signed: { id: idOf(seq), header: { ...chain, seq } },
      entries: each.map((grant) => ({ entry: { grant } }))
    }
  }
}

test('a chain is named under each grant that it has an entry of, by its newest commit', async () => {
  const held = await readGrantedEntries(commits([write], [write, admin], [write]))
  const tip = { ...chain, seq: 3, id: idOf(3) }
  expect([...held.chainsUnder(write)]).toEqual([tip])
  expect([...held.chainsUnder(admin)]).toEqual([tip])
  expect([...held.chainsUnder(grantId('03'.repeat(32)))]).toEqual([])
})

test('entries are counted by their grant, after a place of the chain', async () => {
  const held = await readGrantedEntries(commits([write], [write, write, admin], [write]))
  expect([0, 1, 2, 3].map((seq) => held.countAfter(write, chain, seq))).toEqual([4, 3, 1, 0])
  expect(held.countAfter(admin, chain, 0)).toBe(1)
  expect(held.countAfter(write, { ...chain, incarnation: 2 }, 0)).toBe(0)
})
