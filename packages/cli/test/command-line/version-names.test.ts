import { openNode } from '@hcfs/node'
import { expect, onTestFinished, test } from 'vitest'
import { readVersion, shortVersion } from '../../src/command-line/version-names.ts'

async function contextsWithVersions(count: number) {
  const node = await openNode({ memory: true })
  onTestFinished(() => node.close())
  const versions: string[] = []
  for (let index = 0; index < count; index += 1) {
    versions.push((await node.contexts.put('/a', { body: String(index) })).version)
  }
  return { contexts: node.contexts, versions }
}

test('the beginning of a version is enough when no other begins so', async () => {
  const { contexts, versions } = await contextsWithVersions(3)
  for (const version of versions) expect(await readVersion(contexts, '/a', version.slice(0, 16))).toBe(version)
})

test('versions of a removed context still have names', async () => {
  const { contexts, versions } = await contextsWithVersions(1)
  await contexts.remove('/a')
  expect(await readVersion(contexts, '/a', versions[0]?.slice(0, 16) ?? '')).toBe(versions[0])
})

test('a beginning that several versions have is refused', async () => {
  const history = async function* () {
    for (const end of ['1', '2']) yield { version: 'abcd'.padEnd(63, '0') + end }
  }
  const { contexts } = await contextsWithVersions(1)
  const crowded = Object.assign(Object.create(contexts), { history, get: () => contexts.get('/a') })
  await expect(readVersion(crowded, '/a', 'abcd')).rejects.toMatchObject({ code: 'VERSION_INVALID' })
})

test.each([
  ['ffffffff', 'VERSION_UNKNOWN'],
  ['abc', 'VERSION_INVALID'],
  ['yesterday', 'VERSION_INVALID'],
  ['2026-13-45', 'BAD_REQUEST']
])('%s is refused with %s', async (text, code) => {
  const { contexts } = await contextsWithVersions(1)
  await expect(readVersion(contexts, '/a', text)).rejects.toMatchObject({ code })
})

test('a time is a time', async () => {
  const { contexts } = await contextsWithVersions(0)
  expect(await readVersion(contexts, '/a', '2026-01-31T12:00:00Z')).toEqual(new Date('2026-01-31T12:00:00Z'))
})

test('a version of several heads is shown as such', () => {
  expect(shortVersion('a'.repeat(64))).toBe('aaaaaaaaaaaa')
  expect(shortVersion(`${'a'.repeat(64)}.${'b'.repeat(64)}`)).toBe('aaaaaaaaaaaa+1')
})
