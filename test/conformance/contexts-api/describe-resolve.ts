import { ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { failureOf, newContexts, take } from './node-place.ts'

const TASK = '/projects/apollo/tasks/42'

async function someTree(open: OpenApi) {
  const contexts = await newContexts(open)
  await contexts.put(ROOT_PATH, {
    body: '# Rules\nBe kind.\n',
    fields: { language: 'en', style: { quotes: 'single' }, checks: ['lint'] },
    tags: ['shared'],
    meta: { inherit: { body: 'merge', tags: 'union', '/style': 'merge', '/checks': 'append' } }
  })
  const apollo = await contexts.put(
    '/projects/apollo',
    { body: '# Stack\nTypeScript.\n', fields: { style: { indent: 2 }, checks: ['test'] }, tags: ['apollo'] },
    { by: { agent: 'lead' } }
  )
  const task = await contexts.put(TASK, {
    body: '# Rules\nDock first.\n',
    fields: { language: 'de' },
    meta: { title: 'Dock' }
  })
  return { contexts, apollo, task }
}

export function describeResolve(open: OpenApi): void {
  test('a context amounts to itself and what stands above it, by the rules that are declared there', async () => {
    const { contexts, task } = await someTree(open)
    const context = await contexts.resolve(TASK)
    expect(context).toMatchObject({
      path: TASK,
      body: '# Rules\nDock first.\n# Stack\nTypeScript.\n',
      fields: { checks: ['lint', 'test'], language: 'de', style: { indent: 2, quotes: 'single' } },
      tags: ['apollo', 'shared'],
      meta: { title: 'Dock' },
      version: task.version,
      violations: []
    })
    expect(context.chain.map(({ path }) => path)).toEqual([ROOT_PATH, '/projects/apollo', TASK])
    expect(Object.keys(context.fields)).toEqual(['checks', 'language', 'style'])
  })

  test('blame says who gave each value, by which rule, and whose value it replaced', async () => {
    const { contexts } = await someTree(open)
    const { blame } = await contexts.resolve(TASK)
    expect(blame['/language']).toMatchObject({
      from: [{ path: TASK }],
      rule: 'override',
      shadowed: [{ path: ROOT_PATH }]
    })
    expect(blame['/checks']).toMatchObject({
      from: [{ path: ROOT_PATH }, { path: '/projects/apollo', by: { agent: 'lead' } }],
      rule: 'append',
      ruleFrom: ROOT_PATH
    })
    expect(blame['#Stack']).toMatchObject({ from: [{ path: '/projects/apollo' }], ruleFrom: ROOT_PATH })
  })

  test('blame by keys names the commit that gave each value, whatever was written after it', async () => {
    const { contexts, apollo } = await someTree(open)
    await contexts.put(
      '/projects/apollo',
      { fields: { style: { indent: 4 }, checks: ['test'] } },
      { by: { agent: 'other' } }
    )
    const { commit } = await contexts.edit('/projects/apollo', (draft) =>
      draft.body.insert(draft.body.toString().length, 'Vitest.\n')
    )
    const { blame } = await contexts.resolve(TASK, { blame: 'keys' })
    expect(blame['/checks']?.from[1]).toMatchObject({ commit: apollo.commit, by: { agent: 'lead' } })
    expect(blame['/style/indent']?.from[0]).toMatchObject({ by: { agent: 'other' } })
    expect(blame['#Stack']?.from[0]).toMatchObject({ commit })
    expect(blame['tags']?.from[1]).toMatchObject({ commit: apollo.commit })
    expect(blame['/language']?.shadowed[0]?.commit).toMatch(/^[0-9a-f]{64}$/)
  })

  test('what is denied or locked above is left out, and reported', async () => {
    const contexts = await newContexts(open)
    const inherit = { '/limits/*': 'lock', '/secret': 'deny' }
    await contexts.put(ROOT_PATH, { fields: { limits: { calls: 5 } }, meta: { inherit } })
    await contexts.put('/a', { fields: { limits: { calls: 50 }, secret: 'x' } })
    const { fields, violations } = await contexts.resolve('/a')
    expect(fields).toEqual({ limits: { calls: 5 } })
    expect(violations).toEqual([
      { key: '/limits/calls', path: '/a', rule: 'lock', ruleFrom: ROOT_PATH, kind: 'locked' },
      { key: '/secret', path: '/a', rule: 'deny', ruleFrom: ROOT_PATH, kind: 'denied' }
    ])
  })

  test('a path where nothing is written yet inherits all the same, and has no version', async () => {
    const { contexts } = await someTree(open)
    const context = await contexts.resolve('/projects/apollo/new')
    expect(context.fields).toMatchObject({ language: 'en' })
    expect(context).not.toHaveProperty('version')
    expect(await failureOf(() => contexts.resolve('a'))).toMatchObject({ code: 'PATH_INVALID' })
  })

  test('where nothing stands on the way, nothing is found', async () => {
    const contexts = await newContexts(open)
    expect(await failureOf(() => contexts.resolve('/a/b'))).toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })

  test('nothing above the top is looked at', async () => {
    const { contexts } = await someTree(open)
    const { chain } = await contexts.resolve(TASK, { top: '/projects' })
    expect(chain.map(({ path }) => path)).toEqual(['/projects/apollo', TASK])
    expect(await failureOf(() => contexts.resolve(TASK, { top: '/other' }))).toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('a change above is seen by the next read, also one that waits for its token', async () => {
    const { contexts } = await someTree(open)
    await contexts.resolve(TASK)
    const { token } = await contexts.edit(ROOT_PATH, (draft) => draft.fields.set('region', 'eu'))
    expect((await contexts.resolve(TASK, { after: token })).fields).toMatchObject({ region: 'eu' })
    await contexts.remove('/projects/apollo')
    expect((await contexts.resolve(TASK)).tags).toEqual(['shared'])
  })

  test('rules that are none are refused before anything is written', async () => {
    const contexts = await newContexts(open)
    const wrong = { inherit: { '/a': 'sometimes' } }
    expect(await failureOf(() => contexts.put('/a', { body: 'x', meta: wrong }))).toMatchObject({
      code: 'RULES_INVALID',
      details: { path: '/a', pattern: '/a' }
    })
    await contexts.put('/a', { body: 'x' })
    const setWrong = () => contexts.edit('/a', (draft) => draft.meta.set('inherit', wrong.inherit))
    expect(await failureOf(setWrong)).toMatchObject({ code: 'RULES_INVALID' })
    const tie = { '/a/*': 'append', '/*/b': 'lock' }
    expect(await failureOf(() => contexts.put('/a', { meta: { inherit: tie } }))).toMatchObject({
      code: 'RULES_CONFLICT'
    })
    expect((await contexts.get('/a')).meta).toEqual({})
  })

  test('a rule below that loosens one above is a conflict that names both', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { meta: { inherit: { '/x': 'lock' } } })
    await contexts.put('/a/b', { meta: { inherit: { '/x': 'override' } } })
    expect(await failureOf(() => contexts.resolve('/a/b'))).toMatchObject({
      code: 'RULES_CONFLICT',
      details: { path: '/a', pattern: '/x', otherPath: '/a/b', otherPattern: '/x' }
    })
  })

  test('an effective watch tells of changes above that make a difference, and of no others', async () => {
    const { contexts } = await someTree(open)
    const start = (await take(contexts.watch('/', { from: 0 }), 3)).at(-1)?.position ?? 0
    const watched = contexts.watch(TASK, { effective: true, values: true, from: start })
    await contexts.put('/projects/apollo/tasks', { fields: { sprint: 7 } })
    await contexts.put('/elsewhere', { body: 'x' })
    const [first] = await take(watched, 1)
    expect(first).toMatchObject({ path: '/projects/apollo/tasks', after: { fields: { sprint: 7, language: 'de' } } })
    await contexts.put('/elsewhere', { body: 'y' })
    const rest = contexts.watch(TASK, { effective: true, values: true, from: first!.position })
    await contexts.edit(ROOT_PATH, (draft) => draft.fields.set('region', 'eu'))
    expect(await take(rest, 1)).toMatchObject([{ path: ROOT_PATH, after: { fields: { region: 'eu' } } }])
  })
}
