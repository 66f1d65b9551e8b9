import type { GrantId } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { LoggedCommit } from '../../src/replica/commit-log.ts'
import { keyOf, show, TestNetwork } from './test-network.ts'
import type { TestReplica } from './test-replica.ts'

/*
 * A member that forks its chain makes everybody judge again. What that costs must follow from
 * what the member and those who wrote upon it have written, and not from what is in the log.
 */

const FORKER = keyOf(4)
const OTHERS_COMMITS = 60
const FORKED_COMMITS = 5

async function twins(network: TestNetwork, grant: GrantId): Promise<[TestReplica, TestReplica]> {
  const open = () => network.open({ key: FORKER, grant })
  return [await open(), await open()]
}

/** How many commits are read from the log by the work. */
async function readsDuring(replica: TestReplica, work: () => Promise<unknown>): Promise<number> {
  const { log } = replica.replica
  const commits = log.commits.bind(log)
  let reads = 0
  log.commits = async function* (options): AsyncGenerator<LoggedCommit> {
    for await (const commit of commits(options)) {
      reads += 1
      yield commit
    }
  }
  await work()
  log.commits = commits
  return reads
}

test('a fork costs what its author has written, however long the log is', async () => {
  const network = new TestNetwork()
  const { id: grant } = network.grant(FORKER)
  const [one, two] = await twins(network, grant)
  const honest = await network.open()
  await one.write('/fork', 'one')
  await show(one, honest)
  for (let turn = 0; turn < OTHERS_COMMITS; turn += 1) await honest.write(`/others/${turn}`, 'written')
  for (let turn = 0; turn < FORKED_COMMITS; turn += 1) await two.write(`/two/${turn}`, 'two')
  const [first, ...rest] = await two.commits()

  const forFork = await readsDuring(honest, () => honest.replica.receiveCommits([first!]))
  expect(forFork).toBeGreaterThan(0)
  expect(forFork).toBeLessThanOrEqual(4)

  // What goes on from a fork decides nothing for anybody.
  const forRest = await readsDuring(honest, () => honest.replica.receiveCommits(rest))
  expect(forRest).toBe(0)
  expect(honest.holds('/fork')).toBe(false)
  expect(honest.holds('/two/4')).toBe(true)
  expect(await honest.problems()).toEqual([])
})

test('the commit that a settlement ends with decides for its branch when it comes late', async () => {
  const network = new TestNetwork()
  const { id: grant } = network.grant(FORKER)
  const [one, two] = await twins(network, grant)
  const honest = await network.open()
  await one.write('/fork', 'one')
  await two.write('/fork', 'two')
  const end = await one.write('/end', 'one')
  await show(two, honest)
  await honest.replica.receiveCommits((await one.commits()).slice(0, 1))
  expect(honest.holds('/fork')).toBe(false)
  const tips = [...one.replica.tipsOf(ROOT_PATH)]
  expect(tips[0]?.id).toBe(end)
  await honest.adopt(network.enact({ kind: 'settle', frontier: { space: ROOT_PATH, tips } }))
  expect(honest.holds('/fork')).toBe(false)
  await show(one, honest)
  expect(honest.holds('/fork')).toBe(true)
  expect(honest.holds('/end')).toBe(true)
  expect(await honest.problems()).toEqual([])
})
