import { describe, expect, test } from 'vitest'
import { nodeForFile } from '../cli/hcfs-process.ts'
import { startMcp } from './mcp-processes.ts'

const place = nodeForFile()

interface Written {
  readonly version: string
  readonly token: string
  readonly merged?: string
}

describe('the tools for contexts', () => {
  test('a write with the version that was read keeps what others wrote since', async () => {
    const ada = await startMcp(place.directory, { name: 'ada' })
    const bob = await startMcp(place.directory, { name: 'bob' })
    const { version } = await ada.data<Written>('context_write', { path: '/merge', body: 'one\ntwo\nthree\n' })

    await bob.data('context_write', { path: '/merge', body: 'ONE\ntwo\nthree\n', version })
    const merged = await ada.data<Written>('context_write', { path: '/merge', body: 'one\ntwo\nTHREE\n', version })

    expect(merged.merged).toMatch(/body/)
    expect(await bob.data('context_read', { path: '/merge' })).toMatchObject({
      body: 'ONE\ntwo\nTHREE\n',
      agent: 'ada'
    })
  })

  test('history, diff and restore lead back to what was', async () => {
    const { data } = await startMcp(place.directory)
    const first = await data<Written>('context_write', { path: '/past', body: 'old\n', title: 'Past' })
    await data('context_edit', { path: '/past', replace: [{ old_text: 'old', new_text: 'new' }], note: 'because' })

    const { changes } = await data<{ changes: { note?: string }[] }>('context_history', { path: '/past', limit: 1 })
    expect(changes).toEqual([expect.objectContaining({ note: 'because', agent: 'tester' })])
    expect(await data('context_diff', { path: '/past', from: first.version })).toMatchObject({
      body: '@@ -1,1 +1,1 @@\n-old\n+new\n'
    })

    await data('context_restore', { path: '/past', version: first.version })
    expect(await data('context_read', { path: '/past' })).toMatchObject({ body: 'old\n', meta: { title: 'Past' } })
  })

  test('what holds for a path is loaded with one call, within a budget, and says what it left out', async () => {
    const { data, call } = await startMcp(place.directory)
    const asked = { path: '/team/apollo', max_tokens: 300, blame: true }
    await data('context_write', { path: '/team', fields: { language: 'en' } })
    await data('context_write', { path: asked.path, body: `# Long\n${'word '.repeat(2_000)}\n# Task\nDock.\n` })

    expect(await data('context_resolve', asked)).toMatchObject({
      from: ['/team', '/team/apollo'],
      markdown: expect.stringContaining('# Task\nDock.\n'),
      leftOut: [{ key: '#Long', from: '/team/apollo' }],
      blame: { '/language': { from: [{ path: '/team', agent: 'tester', commit: expect.any(String) }] } }
    })
    expect(await call('context_resolve', asked)).toMatch(/^# \/team\/apollo\n/)
  })

  test('a token that another agent gave goes in, and comes out again', async () => {
    const ada = await startMcp(place.directory)
    const bob = await startMcp(place.directory)
    const { token } = await ada.data<Written>('context_write', { path: '/given', body: 'for bob' })

    const read = await bob.data<Written>('context_read', { path: '/given', token })

    expect(read).toMatchObject({ body: 'for bob', token })
    await expect(bob.call('context_read', { path: '/given', token: 'nonsense' })).rejects.toThrow(
      /TOKEN_INVALID.*Next: /
    )
  })

  test('an error says what to do next', async () => {
    const { call } = await startMcp(place.directory)

    await expect(call('context_read', { path: '/nothing' })).rejects.toThrow(
      /CONTEXT_NOT_FOUND.*Next: Call context_list/
    )
    await expect(
      call('context_edit', { path: '/given', replace: [{ old_text: 'x y z', new_text: '' }] })
    ).rejects.toThrow(/CO/)
  })
})

describe('the profiles', () => {
  test.each([
    ['context', 12],
    ['memory', 9],
    ['files', 1],
    ['all', 24]
  ])('%s has %d tools, each with a description and annotations', async (profile, count) => {
    const { client } = await startMcp(place.directory, { flags: ['--profile', profile] })

    const { tools } = await client.listTools()

    expect(tools).toHaveLength(count)
    for (const { description, annotations } of tools) {
      expect(description?.length).toBeGreaterThan(20)
      expect(annotations).toMatchObject({ readOnlyHint: expect.any(Boolean), destructiveHint: expect.any(Boolean) })
    }
  })

  test('the graph has the shapes of the reference server', async () => {
    const { call, data, client } = await startMcp(place.directory, { flags: ['--profile', 'memory'] })
    const ada = { name: 'Ada', entityType: 'person', observations: ['b', 'a'] }
    const relation = { from: 'Ada', to: 'Nobody', relationType: 'knows' }

    expect(await data('create_entities', { entities: [ada] })).toEqual({ entities: [ada] })
    expect(await data('create_entities', { entities: [{ ...ada, observations: [] }] })).toEqual({ entities: [] })
    expect(await data('create_relations', { relations: [relation] })).toEqual({ relations: [relation] })
    expect(await data('add_observations', { observations: [{ entityName: 'Ada', contents: ['a', 'c'] }] })).toEqual({
      results: [{ entityName: 'Ada', addedObservations: ['c'] }]
    })
    const graph = { entities: [{ ...ada, observations: ['b', 'a', 'c'] }], relations: [relation] }
    expect(await data('search_nodes', { query: 'PERSON' })).toEqual(graph)
    expect(await data('open_nodes', { names: ['Ada'] })).toEqual(graph)
    const { contents } = await client.readResource({ uri: 'memory://knowledge-graph' })
    expect(contents).toEqual([expect.objectContaining({ text: JSON.stringify(graph, undefined, 2) })])
    expect(await call('delete_entities', { entityNames: ['Ada'] })).toBe('Entities deleted successfully')
    expect(await data('read_graph', {})).toEqual({ entities: [], relations: [] })
    await expect(call('add_observations', { observations: [{ entityName: 'Ada', contents: ['x'] }] })).rejects.toThrow(
      'Entity with name Ada not found'
    )
  })

  test('the commands on files answer with the strings that clients know', async () => {
    const { call } = await startMcp(place.directory, { flags: ['--profile', 'files'] })
    const run = (command: string, args: object) => call('memory', { command, ...args }).catch(({ message }) => message)
    const path = '/memories/n.txt'

    expect(await run('create', { path, file_text: 'one\ntwo\n' })).toBe(`File created successfully at: ${path}`)
    expect(await run('create', { path, file_text: '' })).toBe(`Error: File ${path} already exists`)
    expect(await run('insert', { path, insert_line: 1, insert_text: 'mid' })).toBe(`The file ${path} has been edited.`)
    expect(await run('str_replace', { path, old_str: 'o', new_str: '' })).toBe(
      `No replacement was performed. Multiple occurrences of old_str \`o\` in lines: 1, 3. Please ensure it is unique`
    )
    expect(await run('view', { path })).toBe(
      `Here's the content of ${path} with line numbers:\n     1\tone\n     2\tmid\n     3\ttwo\n     4\t`
    )
    expect(await run('rename', { old_path: path, new_path: '/memories/d/m' })).toBe(
      `Successfully renamed ${path} to /memories/d/m`
    )
    expect(await run('delete', { path })).toBe(`Error: The path ${path} does not exist`)
    expect(await run('delete', { path: '/memories/d' })).toBe('Successfully deleted /memories/d')
    expect(await run('view', { path: '/elsewhere' })).toMatch(/PATH_INVALID/)
  })
})

test('resources are listed, completed and read, and tell of changes', async () => {
  const { client, call } = await startMcp(place.directory)
  const updated = new Promise<string>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri))
  })
  await call('context_write', { path: '/seen/a b', body: 'before' })
  await client.subscribeResource({ uri: 'hcfs:///seen/a%20b' })

  await call('context_write', { path: '/seen/a b', body: 'after' })

  expect(await updated).toBe('hcfs:///seen/a%20b')
  const { contents } = await client.readResource({ uri: 'hcfs:///seen/a%20b' })
  expect(contents).toEqual([expect.objectContaining({ text: 'after' })])
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri: 'hcfs://{+path}' },
    argument: { name: 'path', value: '/seen/' }
  })
  expect(completion.values).toEqual(['/seen/a b'])
})
