import type { NodeApi } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { collect, failureOf, pathsOf } from './node-place.ts'

/** Opens a node, embedded or from far away, that nobody has used yet. */
export type OpenTemplates = () => Promise<Pick<NodeApi, 'contexts' | 'templates' | 'close'>>

async function newNode(open: OpenTemplates) {
  const node = await open()
  onTestFinished(() => node.close())
  return node
}

export function describeTemplates(open: OpenTemplates): void {
  test('five templates are shipped', async () => {
    const { templates } = await newNode(open)
    const shipped = await templates.list()
    expect(shipped.map(({ name }) => name)).toEqual([
      'data-pipeline',
      'microservice',
      'ml-project',
      'mobile-app',
      'web-app'
    ])
    expect(await templates.get('web-app')).toMatchObject({ source: 'shipped', parameters: { required: ['name'] } })
  })

  test('applying one makes its contexts in one commit, and applying it again changes nothing', async () => {
    const { contexts, templates } = await newNode(open)
    const options = { parameters: { name: 'Shop', browsers: ['Firefox'] }, by: { agent: 'planner' } }
    const first = await templates.apply('web-app', '/projects/shop', options)
    expect(first.kept).toEqual([])
    expect(first.created).toContain('/projects/shop/frontend')
    expect(await contexts.get('/projects/shop')).toMatchObject({
      body: expect.stringMatching(/^# Shop\n/),
      fields: { stack: { browsers: ['Firefox'], framework: 'React' } },
      meta: { title: 'Shop', kind: 'project' },
      by: { agent: 'planner' }
    })
    const commits = (await collect(contexts.history('/projects/shop/frontend'))).map(({ commit }) => commit)
    expect(commits).toEqual([first.commit])

    await contexts.edit('/projects/shop', (draft) => draft.fields.set('status', 'running'))
    const again = await templates.apply('web-app', '/projects/shop', options)
    expect(again).toEqual({ path: '/projects/shop', created: [], kept: first.created })
    expect((await contexts.get('/projects/shop')).fields).toMatchObject({ status: 'running' })
  })

  test('applying it several times at once makes each context once', async () => {
    const { contexts, templates } = await newNode(open)
    const apply = () => templates.apply('web-app', '/shop', { parameters: { name: 'Shop' } })
    const receipts = await Promise.all([apply(), apply(), apply()])
    const created = receipts.flatMap((receipt) => receipt.created)
    const below = await pathsOf(contexts.list('/shop', { recursive: true }))
    expect(created.toSorted()).toEqual(['/shop', ...below].toSorted())
  })

  test('what was removed is made again, and nothing else', async () => {
    const { contexts, templates } = await newNode(open)
    await templates.apply('web-app', '/shop', { parameters: { name: 'Shop' } })
    await contexts.remove('/shop/backend')
    const { created } = await templates.apply('web-app', '/shop', { parameters: { name: 'Shop' } })
    expect(created).toEqual(['/shop/backend'])
  })

  test('a template of the network hides the shipped one, and can be changed', async () => {
    const { contexts, templates } = await newNode(open)
    await templates.add('web-app')
    await contexts.edit('/templates/web-app', (draft) => draft.fields.set('parameters', { properties: { area: {} } }))
    await contexts.put('/templates/web-app/contexts/{{area}}', { body: 'About {{area}}.\n' })
    expect((await templates.list()).find(({ name }) => name === 'web-app')?.source).toBe('network')
    const { created } = await templates.apply('web-app', '/shop', {
      parameters: { area: 'cart' },
      customise: { '/tasks': { fields: { sprint: 7 } } }
    })
    expect(created).toContain('/shop/cart')
    expect((await contexts.get('/shop/tasks')).fields).toEqual({ sprint: 7 })
  })

  test('what is wrong has a code, and writes nothing', async () => {
    const { contexts, templates } = await newNode(open)
    expect(await failureOf(() => templates.get('nothing'))).toMatchObject({ code: 'TEMPLATE_NOT_FOUND' })
    expect(await failureOf(() => templates.apply('web-app', '/a'))).toMatchObject({
      code: 'TEMPLATE_PARAMETERS_INVALID',
      details: { pointer: '/name' }
    })
    expect(await failureOf(() => templates.apply('web-app', 'a', { parameters: { name: 'x' } }))).toMatchObject({
      code: 'PATH_INVALID'
    })
    await contexts.put('/templates/large', { meta: { kind: 'template' } })
    const items = Array.from({ length: 257 }, (_, index) => ({ put: { path: `/templates/large/contexts/${index}` } }))
    await contexts.batch(items, { atomic: false })
    expect(await failureOf(() => templates.apply('large', '/a'))).toMatchObject({ code: 'BATCH_TOO_LARGE' })
    expect(await pathsOf(contexts.list('/a', { recursive: true }))).toEqual([])
  })
}
