import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { failureOf, newContexts } from './node-place.ts'

export function describeStatus(open: OpenApi): void {
  test('status says what is held of a context', async () => {
    const contexts = await newContexts(open)
    const by = { agent: 'ada' } as const
    await contexts.put('/a', { body: 'öne' })
    const { version } = await contexts.put('/a', { fields: { x: 1 } }, { by })
    const { author, updatedAt } = await contexts.get('/a')
    const status = await contexts.status('/a')
    expect(status).toMatchObject({ path: '/a', state: 'shown', version, heads: [version], author, by, updatedAt })
    expect(status).toMatchObject({ bodyBytes: 4, history: { entries: 2 } })
    expect(status.history.bytes).toBeGreaterThan(4)
    expect(status).not.toHaveProperty('checkpoint')
  })

  test('the context at the top has a status of its own', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/', { body: 'top' })
    expect(await contexts.status('/')).toMatchObject({ path: '/', bodyBytes: 3 })
  })

  test('after enough changes status names a checkpoint, and what came since', async () => {
    const contexts = await newContexts(open)
    for (let round = 0; round < 70; round += 1) await contexts.put('/a', { body: `round ${round}` })
    const { history, checkpoint } = await contexts.status('/a')
    expect(history.entries).toBe(70)
    expect(checkpoint?.stateBytes).toBeGreaterThan(0)
    expect(checkpoint?.entriesSince).toBeLessThan(70)
  })

  test('status tells why a context is not shown', async () => {
    const contexts = await newContexts(open)
    for (const path of ['/removed', '/moved', '/expired']) await contexts.put(path, { body: 'x' })
    await contexts.remove('/removed')
    await contexts.move('/moved', '/elsewhere')
    await contexts.put('/expired', { meta: { expires: '2020-01-31T12:00:00Z' } })
    for (const state of ['removed', 'moved', 'expired']) {
      expect(await contexts.status(`/${state}`)).toMatchObject({ state, bodyBytes: 1 })
    }
    await contexts.undelete('/removed')
    expect(await contexts.status('/removed')).toMatchObject({ state: 'shown' })
  })

  test('what never was has no status', async () => {
    const contexts = await newContexts(open)
    expect(await failureOf(() => contexts.status('/a'))).toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    expect(await failureOf(() => contexts.status('a'))).toMatchObject({ code: 'PATH_INVALID' })
  })
}
