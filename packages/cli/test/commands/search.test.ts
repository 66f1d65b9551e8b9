import { expect, test } from 'vitest'
import type { CommandHarness } from '../command-harness.ts'
import { commandHarness, harnessWithNode } from '../command-harness.ts'

/** A node with two notes, and the token that a search waits for. */
async function searchableNode(): Promise<{ cli: CommandHarness; after: readonly string[] }> {
  const cli = await harnessWithNode()
  await cli.json('put', '/notes/window', '--body', '# Docking\n\nThe docking window moved to Tuesday.', '--tag', 'iss')
  const [receipt] = await cli.json('put', '/notes/bread', '--body', 'Rye bread needs sourdough.', '--agent', 'baker')
  const { token } = receipt as { token: string }
  return { cli, after: ['--after', token] }
}

test('search shows people where and why something was found', async () => {
  const { cli, after } = await searchableNode()

  const { code, stdout, stderr } = await cli.run(['search', 'docking', 'window', '--explain', ...after])

  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('/notes/window')
  expect(stdout).toContain('The docking window moved to Tuesday.')
  expect(stdout).toMatch(/score \d\.\d+, words #1/)
  expect(stdout).not.toContain('sourdough')
})

test('search gives programs the whole answer', async () => {
  const { cli, after } = await searchableNode()

  const [answer] = await cli.json('search', 'sourdough', '--mode', 'text', '--limit', '1', ...after)

  expect(answer).toMatchObject({
    hits: [{ path: '/notes/bread', by: { agent: 'baker' }, parts: { textRank: 1 } }],
    coverage: { share: 1, behind: 0 }
  })
})

test('search keeps to its filters', async () => {
  const { cli, after } = await searchableNode()

  for (const filter of [['--tag', 'iss'], ['--since', '2020-01-01'], ['--under', '/notes/window'], ['--literal']]) {
    const { stdout } = await cli.run(['search', 'docking', ...filter, ...after])
    expect(stdout).toContain('/notes/window')
  }
  for (const filter of [
    ['--kind', 'task'],
    ['--by', 'baker'],
    ['--field', 'x=1'],
    ['--until', '2020-01-01']
  ]) {
    const { stdout, stderr } = await cli.run(['search', 'docking', '--mode', 'text', ...filter, ...after])
    expect([filter, stdout, stderr]).toEqual([filter, '', 'Nothing was found.\n'])
  }
})

test('search points at the place of a mistake in the query', async () => {
  const { cli } = await searchableNode()

  const people = await cli.run(['search', 'docking', 'tag:'])
  const programs = await cli.run(['search', 'docking', 'tag:', '--json'])

  expect(people.code).toBe(2)
  expect(people.stderr.split('\n').slice(0, 2)).toEqual(['docking tag:', '            ^'])
  expect(JSON.parse(programs.stderr)).toMatchObject({ code: 'QUERY_INVALID', details: { at: 12 } })
})

test('status says how far the index is', async () => {
  const { cli, after } = await searchableNode()
  await cli.run(['search', 'docking', ...after])

  expect((await cli.run(['status'])).stdout).toMatch(/search +up to date\nvectors +builtin\/1\n/)
})

test('what search does is a setting, checked where it is made', async () => {
  const cli = await commandHarness()
  const set = (name: string, value: string) => cli.run(['config', 'set', name, value, '--json'])

  expect((await set('search', 'words')).json).toEqual([{ name: 'search', value: 'words' }])
  expect((await set('embedder', 'builtin')).json).toEqual([{ name: 'embedder', value: '{"kind":"builtin"}' }])
  for (const [name, value] of [
    ['search', 'maybe'],
    ['embedder', '{"url":1}'],
    ['embedder', '{']
  ] as const) {
    expect((await set(name, value)).code).toBe(2)
  }
})
