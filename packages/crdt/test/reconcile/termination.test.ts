import { expect, test } from 'vitest'
import { commitNamed, ada as key } from '../commit/sample-commits.ts'
import { MemorySpace, tipOf } from './memory-space.ts'
import { runSession } from './run-session.ts'
import { SPACE, SpaceWriter } from './space-writer.ts'

/** Two replicas that share a commit, and two devices with one key: what both write from now on is a fork. */
function forked() {
  const [ada, bob] = [new MemorySpace({ space: SPACE }), new MemorySpace({ space: SPACE })]
  const writer = new SpaceWriter(key)
  bob.add(writer.write(ada, 'shared'))
  return { ada, bob, writer, twin: writer.copy() }
}

test('a long branch of a fork is found in few steps, because each goes twice as far back', async () => {
  const { ada, bob, writer, twin } = forked()
  for (let index = 0; index < 40; index += 1) writer.write(ada, `ada-${index}`)
  for (let index = 0; index < 40; index += 1) twin.write(bob, `bob-${index}`)

  const { log } = await runSession(ada, bob)

  expect(ada.ids).toHaveLength(81)
  expect(ada.ids).toEqual(bob.ids)
  expect(log.filter((line) => line.startsWith('ada') && line.endsWith('locate')).length).toBeLessThan(8)
})

test('parents that a peer names and never sends are looked for once', async () => {
  const { ada, bob, twin } = forked()
  const { commit } = twin.write(bob, 'note')
  ada.missing = () => [commitNamed('nowhere')]
  bob.places = async () => [{ ...tipOf(commit), seq: 9, id: commitNamed('nowhere') }]

  const { log, leader } = await runSession(ada, bob)

  expect(leader.reason).toBe('exchanged')
  expect(log.filter((line) => line.endsWith('locate'))).toHaveLength(1)
})

test('a policy that grows with every message is not followed for ever', async () => {
  const { ada, bob } = forked()
  const onMessage = (bytes: Uint8Array): Uint8Array[] => {
    bob.policyEntries.push(Uint8Array.of(bob.policyEntries.length))
    return [bytes]
  }

  const { log, leader } = await runSession(ada, bob, { onMessage })

  expect(leader).toEqual({ reason: 'policy-unsettled' })
  expect(log.filter((line) => line.includes('hello'))).toHaveLength(5)
})

test('more commits than a chain can have are not taken', async () => {
  const { ada, bob, writer, twin } = forked()
  const branches = [writer.write(bob, 'one'), twin.write(bob, 'two')].sort((a, b) =>
    a.commit.id < b.commit.id ? -1 : 1
  )
  bob.frontier = async () => branches.slice(0, 1).map(({ commit }) => tipOf(commit))
  bob.commits = async () => ({
    commits: branches.toSorted((a, b) => a.commit.header.hlc - b.commit.header.hlc),
    isLast: true
  })

  const { leader } = await runSession(ada, bob)

  expect(leader).toEqual({ reason: 'misbehaved', what: 'more commits than the chains can have' })
})
