import { parsePath, ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import { Listing } from '../../src/contexts/listing.ts'
import { collect } from '../collect.ts'
import { keyOf, show, TestNetwork } from './test-network.ts'
import type { TestReplica } from './test-replica.ts'

/*
 * A path that comes to lie in another space: what is written late in the space it lay in
 * before, and what is written in the new one, are two contexts at one path.
 */

const MEMBER = keyOf(4)
const INNER = parsePath('/inner')

async function givenALateEntry() {
  const network = new TestNetwork()
  const { id: grant } = network.grant(MEMBER)
  const [early, late] = [await network.open(), await network.open({ key: MEMBER, grant })]
  await late.write('/inner/a', 'late')
  const policy = network.enact({ kind: 'space', path: INNER })
  await early.adopt(policy)
  await early.write('/inner/a', 'in the new space')
  return { network, early, late, policy }
}

function bodyAt({ replica }: TestReplica, path: string): string | undefined {
  return replica.rows.shown(parsePath(path))?.content.body
}

async function trashOf({ store, replica }: TestReplica, clock: TestNetwork['clock']): Promise<string[]> {
  const listing = new Listing({ store, rows: replica.rows, clock })
  return (await collect(listing.trash(ROOT_PATH))).map(({ path, reason }) => `${path} ${reason}`)
}

test('a late entry of the outer space applies there, lies in the trash, and hides nothing of the inner one', async () => {
  const { network, early, late } = await givenALateEntry()
  expect(await show(late, early)).toEqual(['applied'])
  expect(bodyAt(early, '/inner/a')).toBe('in the new space\n')
  expect(early.replica.counts).toMatchObject({ shown: 1, hidden: 1 })
  expect(early.replica.fingerprintsOf(ROOT_PATH).root().count).toBe(1)
  expect(early.replica.fingerprintsOf(INNER).root().count).toBe(1)
  expect(await trashOf(early, network.clock)).toEqual(['/inner/a moved'])
  expect(await early.problems()).toEqual([])
})

test('its author writes it anew in the inner space, and all come to hold the same', async () => {
  const { early, late, policy } = await givenALateEntry()
  await late.adopt(policy)
  expect(bodyAt(late, '/inner/a')).toBe('late\n')
  expect((await late.commits()).map(({ commit }) => commit.header.space)).toEqual([ROOT_PATH, INNER])
  await show(late, early)
  await show(early, late)
  expect(bodyAt(early, '/inner/a')?.split('\n').sort()).toEqual(['', 'in the new space', 'late'])
  expect(await late.state()).toEqual(await early.state())
  for (const each of [early, late]) expect(await each.problems()).toEqual([])
})

test('a start after a crash brings rows to where they belong, and writes the late entry anew once', async () => {
  const { late, policy } = await givenALateEntry()
  await late.restartWith(policy)
  await late.restart()
  expect(bodyAt(late, '/inner/a')).toBe('late\n')
  expect(await late.commits()).toHaveLength(2)
  expect(late.replica.counts).toMatchObject({ shown: 1, hidden: 1 })
  expect(await late.problems()).toEqual([])
})
