import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, newContexts } from './node-place.ts'

export function describeReceipts(open: OpenApi): void {
  test('a receipt names the commit, the version, and how durable they are', async () => {
    const contexts = await newContexts(open)
    expect(await contexts.put('/a', { body: 'one' })).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]{64}$/),
      path: '/a',
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      durable: expect.stringMatching(/^(?:disk|buffered)$/)
    })
  })

  test('a read after the token of a write sees it', async () => {
    const contexts = await newContexts(open)
    const { token } = await contexts.put('/a', { body: 'one' })
    expect((await contexts.get('/a', { after: token })).body).toBe('one')
    expect(await collect(contexts.list('/', { after: token }))).toMatchObject([{ path: '/a' }])
  })

  test('a token that is none is refused', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    await expect(contexts.get('/a', { after: 'soon' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    await expect(collect(contexts.list('/', { after: 'soon' }))).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('what another node wrote and this one lacks is waited for, no longer than asked', async () => {
    const contexts = await newContexts(open)
    const elsewhere = await newContexts(open)
    const { token } = await elsewhere.put('/a', { body: 'one' })
    await contexts.put('/a', { body: 'another' })
    const call = contexts.get('/a', { after: token, timeoutMs: 1 })
    await expect(call).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' })
  })

  test('a node alone holds the only copy', async () => {
    const contexts = await newContexts(open)
    const receipt = await contexts.put('/a', { body: 'one' })
    expect((await receipt.replicated({ copies: 1 })).holders).toHaveLength(1)
    await expect(receipt.replicated({ copies: 2, timeoutMs: 1 })).rejects.toMatchObject({ code: 'NOT_REPLICATED' })
    await expect(receipt.replicated({ copies: 0 })).rejects.toThrow(TypeError)
  })
}
