import type { ContextParts, JsonValue } from '@hcfs/core'
import { FORMAT_LIMITS, parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { newContexts } from './node-place.ts'

const EVERYTHING: ContextParts = {
  body: 'Docking window moved to Tuesday. 🚀\n',
  fields: { status: 'open', owner: { name: 'Ada' }, list: [1, { deep: null }], '': true },
  tags: ['docking', 'ünïcode'],
  links: [{ to: parsePath('/projects/apollo'), rel: 'part-of' }],
  meta: { title: 'Notes', kind: 'note' }
}

export function describePut(open: OpenApi): void {
  test('what was written is read back, every part of it', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/projects/apollo/notes', EVERYTHING)
    expect(await contexts.get('/projects/apollo/notes')).toMatchObject({
      ...EVERYTHING,
      path: '/projects/apollo/notes'
    })
  })

  test.each(['/', '/a b/c%2Fd', '/%/?x=1#y', '/ünï/日本語/🚀', '/a+b&c=d;e', '/con/nul.txt', `/${'x'.repeat(255)}`])(
    'a context can live at %s',
    async (path) => {
      const contexts = await newContexts(open)
      const receipt = await contexts.put(path, { body: 'here' })
      expect(receipt.path).toBe(path)
      expect((await contexts.get(path)).body).toBe('here')
    }
  )

  test('a field may have any name, also one that JavaScript uses itself', async () => {
    const contexts = await newContexts(open)
    const fields = JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":2},"toString":3,"error":4}')
    await contexts.put('/a', { fields })
    const read = Object.entries((await contexts.get('/a')).fields).sort()
    expect(read).toEqual(Object.entries(fields).sort())
  })

  test('the parts that are named are replaced, the others kept', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one', fields: { x: 1, y: 2 }, tags: ['t'] })
    await contexts.put('/a', { fields: { y: 3 } })
    expect(await contexts.get('/a')).toMatchObject({ body: 'one', fields: { y: 3 }, tags: ['t'] })
    expect((await contexts.get('/a')).fields).not.toHaveProperty('x')
  })

  test('a link may be written as plain text, and its path is checked', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { links: [{ to: '/cafe\u0301', rel: 'about' }] })
    expect((await contexts.get('/a')).links).toEqual([{ to: '/caf\u00e9', rel: 'about' }])
    const wrong = contexts.put('/a', { links: [{ to: 'elsewhere', rel: 'about' }] })
    await expect(wrong).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  test('with replace, the parts that are not named are cleared', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', EVERYTHING)
    await contexts.put('/a', { body: 'only' }, { replace: true })
    expect(await contexts.get('/a')).toMatchObject({ body: 'only', fields: {}, tags: [], links: [], meta: {} })
  })

  test('a change against an older version keeps what came since, and the receipt says so', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one\ntwo\nthree\n' })
    const second = await contexts.put('/a', { body: 'ONE\ntwo\nthree\n' })
    const receipt = await contexts.put('/a', { body: 'one\ntwo\nTHREE\n' }, { base: first.version })
    expect((await contexts.get('/a')).body).toBe('ONE\ntwo\nTHREE\n')
    expect(receipt.merged).toEqual({ base: first.version, with: second.version, parts: ['body'] })
  })

  test('writing what is there already makes no commit', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', EVERYTHING)
    const second = await contexts.put('/a', EVERYTHING)
    expect(first.commit).toBeDefined()
    expect(second.commit).toBeUndefined()
    expect(second.version).toBe(first.version)
  })

  test('ifAbsent refuses to overwrite, and names the version that is there', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' }, { ifAbsent: true })
    const again = contexts.put('/a', { body: 'two' }, { ifAbsent: true })
    await expect(again).rejects.toMatchObject({ code: 'VERSION_CONFLICT', details: { path: '/a', current: version } })
    expect((await contexts.get('/a')).body).toBe('one')
  })

  test('ifVersion lets only the one through who saw the newest version', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one' })
    const second = await contexts.put('/a', { body: 'two' }, { ifVersion: first.version })
    const late = contexts.put('/a', { body: 'three' }, { ifVersion: first.version })
    await expect(late).rejects.toMatchObject({ code: 'VERSION_CONFLICT', details: { current: second.version } })
    const nowhere = contexts.put('/b', { body: 'three' }, { ifVersion: first.version })
    await expect(nowhere).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
  })

  test('who wrote stands in the context', async () => {
    const contexts = await newContexts(open)
    const by = { agent: 'plänner "one"', run: 'run/7', origin: 'model' } as const
    await contexts.put('/a', { body: 'one' }, { by })
    expect((await contexts.get('/a')).by).toEqual(by)
  })

  test.each(['a', '/a/', '/a//b', '/./a', '/a/..', '/a\u0000', `/${'x'.repeat(256)}`])(
    'the path %j is refused',
    async (path) => {
      const contexts = await newContexts(open)
      await expect(contexts.put(path, { body: 'one' })).rejects.toMatchObject({ code: 'PATH_INVALID' })
    }
  )

  test.each<[string, ContextParts]>([
    ['half a surrogate pair', { body: '\ud800' }],
    ['a number that JSON has not', { fields: { x: Number.NaN } }],
    ['a number that JSON has not, in a list', { meta: { x: [Number.POSITIVE_INFINITY] } }],
    ['a tag without text', { tags: [''] }],
    ['fields that are too deep', { fields: nested(FORMAT_LIMITS.fieldsDepthMax + 1) }]
  ])('%s is refused, and nothing is written', async (_, parts) => {
    const contexts = await newContexts(open)
    await expect(contexts.put('/a', parts)).rejects.toMatchObject({ code: 'CONTENT_INVALID' })
    await expect(contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })

  test('the largest body is taken, and one byte more is not', async () => {
    const contexts = await newContexts(open)
    const largest = '\u0001'.repeat(FORMAT_LIMITS.bodyBytesMax)
    await contexts.put('/a', { body: largest })
    const larger = contexts.put('/b', { body: `${largest}x` })
    await expect(larger).rejects.toMatchObject({ code: 'CONTEXT_TOO_LARGE' })
    expect((await contexts.get('/a')).body).toBe(largest)
  })

  test('a base that is no version is refused', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    const call = contexts.put('/a', { body: 'two' }, { base: 'yesterday' })
    await expect(call).rejects.toMatchObject({ code: 'VERSION_INVALID' })
  })

  test('a write that was given up before it began is not made', async () => {
    const contexts = await newContexts(open)
    const call = contexts.put('/a', { body: 'one' }, { signal: AbortSignal.abort() })
    await expect(call).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await expect(contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })
}

function nested(depth: number): Record<string, JsonValue> {
  return depth === 1 ? { deepest: true } : { inner: nested(depth - 1) }
}
