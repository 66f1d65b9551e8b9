import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'

/** Two nodes of one network that hear nothing of each other until they are told to. */
async function pair(): Promise<readonly [HcfsNode, HcfsNode]> {
  const folder = await mkdtemp(join(tmpdir(), 'hcfs-templates-'))
  const [one, two] = [join(folder, 'one'), join(folder, 'two')]
  await (await openNode({ dir: one, search: false })).close()
  await cp(one, two, { recursive: true })
  const nodes = [await openNode({ dir: one, search: false }), await openNode({ dir: two, search: false })] as const
  onTestFinished(async () => {
    for (const node of nodes) await node.close()
    await rm(folder, { recursive: true, force: true })
  })
  return nodes
}

async function handOver(from: HcfsNode, to: HcfsNode): Promise<void> {
  await to.receive(await collect(from.commits({ after: 0 })))
}

test('two nodes that apply one template at once hold it once', async () => {
  const [ada, bob] = await pair()
  const parameters = { name: 'Shop' }
  const alone = await (async () => {
    await ada.templates.apply('web-app', '/shop', { parameters })
    return contentsOf(ada)
  })()
  await bob.templates.apply('web-app', '/shop', { parameters })
  await handOver(ada, bob)
  await handOver(bob, ada)
  expect(await contentsOf(ada)).toEqual(alone)
  expect(await contentsOf(bob)).toEqual(alone)
  expect(ada.fingerprint()).toEqual(bob.fingerprint())
})

test('a template that was changed and rules that were added on another node count for all', async () => {
  const [ada, bob] = await pair()
  await ada.templates.add('microservice')
  await handOver(ada, bob)
  await bob.contexts.edit('/templates/microservice/contexts', (draft) => draft.fields.set('team', 'core'))
  await handOver(bob, ada)
  await ada.templates.apply('microservice', '/mail', { parameters: { name: 'Mail' } })
  expect((await ada.contexts.resolve('/mail/tasks/1')).fields).toMatchObject({
    team: 'core',
    stack: { protocol: 'HTTP' }
  })
})

async function contentsOf({ contexts }: HcfsNode): Promise<unknown> {
  const entries = await collect(contexts.list('/shop', { recursive: true }))
  return Promise.all(
    entries.map(async ({ path }) => {
      const { body, fields, tags, links, meta } = await contexts.get(path)
      return { path, body, fields, tags, links, meta }
    })
  )
}
