import { hasErrorCode } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { Cluster } from './harness/cluster.ts'
import { startCluster } from './harness/cluster.ts'

const TASK = '/shop/tasks/1'

/** What every node says of a path, blame by keys included; they have to say the same. */
async function sameAnswer(cluster: Cluster, path: string) {
  const answers = await Promise.all(
    [0, 1, 2].map(async (index) => (await cluster.node(index)).contexts.resolve(path, { blame: 'keys' }))
  )
  for (const answer of answers) expect(answer).toEqual(answers[0])
  return answers[0]!
}

test('a template that two of three nodes apply at once, and rules that both change, amount to one answer with the right blame', async () => {
  const cluster = await startCluster(3)
  const [ada, bob] = [await cluster.node(0), await cluster.node(1)]
  await ada.templates.add('web-app')
  await cluster.caughtUp()

  const parameters = { name: 'Shop' }
  await Promise.all([
    ada.templates.apply('web-app', '/shop', { parameters }),
    bob.templates.apply('web-app', '/shop', { parameters })
  ])
  const [near, far] = await Promise.all([
    ada.contexts.edit('/shop', (draft) => draft.fields.set('region', 'eu')),
    bob.contexts.put('/', { fields: { region: 'us', checks: ['lint'] }, meta: { inherit: { '/checks': 'append' } } })
  ])
  await bob.contexts.put(TASK, { fields: { checks: ['test'] } })
  await cluster.caughtUp()

  const { body, fields, blame, tags } = await sameAnswer(cluster, TASK)
  expect(body.match(/# Shop/g)).toHaveLength(1)
  expect(fields).toMatchObject({ region: 'eu', checks: ['lint', 'test'], stack: { framework: 'React' } })
  expect(tags).toEqual(['web-app'])
  expect(blame['/region']).toMatchObject({
    from: [{ path: '/shop', commit: near.commit }],
    shadowed: [{ path: '/', commit: far.commit }]
  })
}, 120_000)

test('rules that contradict each other, written on two nodes at once, fail alike on all until one is changed', async () => {
  const cluster = await startCluster(3)
  const [ada, bob, cyn] = [await cluster.node(0), await cluster.node(1), await cluster.node(2)]
  await Promise.all([
    ada.contexts.put('/a', { fields: { x: 1 }, meta: { inherit: { '/x': 'lock' } } }),
    bob.contexts.put('/a/b', { fields: { x: 2 }, meta: { inherit: { '/x': 'append' } } })
  ])
  await cluster.caughtUp()
  for (const { contexts } of [ada, bob, cyn]) {
    const failure = await contexts.resolve('/a/b').catch((error: unknown) => error)
    expect(hasErrorCode(failure, 'RULES_CONFLICT')).toBe(true)
    expect(failure).toMatchObject({ details: { path: '/a', otherPath: '/a/b' } })
  }

  await cyn.contexts.put('/a/b', { meta: {} })
  await cluster.caughtUp()
  expect((await sameAnswer(cluster, '/a/b')).violations).toMatchObject([{ key: '/x', kind: 'locked' }])
}, 120_000)
