import { expect } from 'vitest'
import type { McpProcess } from './mcp-processes.ts'

interface Graph {
  readonly entities: readonly { readonly name: string; readonly observations: readonly string[] }[]
  readonly relations: readonly { readonly from: string; readonly to: string; readonly relationType: string }[]
}

/** So many calls of one process are under way at the same time. */
const AT_ONCE = 4

/** Numbers from 0, dealt out to processes, each of which has several under way. */
async function spread(
  processes: readonly McpProcess[],
  count: number,
  work: (process: McpProcess, number: number) => Promise<unknown>
): Promise<void> {
  let next = 0
  const worker = async (process: McpProcess): Promise<void> => {
    for (let number = next++; number < count; number = next++) await work(process, number)
  }
  await Promise.all(processes.flatMap((process) => Array.from({ length: AT_ONCE }, () => worker(process))))
}

const numbered = (count: number, name: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, number) => name(number)).sort()

/** Calls each tool of the graph so often, and compares everything that is there afterwards. */
export async function hammerTheGraph(processes: readonly McpProcess[], count: number): Promise<void> {
  const [first] = processes as [McpProcess]
  const graph = (): Promise<Graph> => first.data<Graph>('read_graph', {})
  const relation = (number: number) => ({ from: 'Hub', to: `E${number}`, relationType: 'knows' })

  await first.call('create_entities', { entities: [{ name: 'Hub', entityType: 'hub', observations: [] }] })
  // Every entity is made twice, by any two processes, and exactly one of the calls made it.
  let made = 0
  await spread(processes, count * 2, async (process, number) => {
    const entity = { name: `E${number % count}`, entityType: 'thing', observations: [`first of ${number % count}`] }
    const { entities } = await process.data<Graph>('create_entities', { entities: [entity] })
    made += entities.length
  })
  expect(made).toBe(count)
  await spread(processes, count, (process, number) =>
    process.call('add_observations', { observations: [{ entityName: 'Hub', contents: [`seen ${number}`] }] })
  )
  await spread(processes, count, (process, number) =>
    process.call('create_relations', { relations: [relation(number)] })
  )

  const full = await graph()
  expect(full.entities.map(({ name }) => name).sort()).toEqual([...numbered(count, (each) => `E${each}`), 'Hub'].sort())
  const hub = full.entities.find(({ name }) => name === 'Hub')
  expect([...(hub?.observations ?? [])].sort()).toEqual(numbered(count, (each) => `seen ${each}`))
  expect(full.relations.map(({ to }) => to).sort()).toEqual(numbered(count, (each) => `E${each}`))
  for (const { name, observations } of full.entities) {
    if (name !== 'Hub') expect(observations).toEqual([`first of ${name.slice(1)}`])
  }

  await spread(processes, count, (process, number) =>
    process.call('delete_observations', { deletions: [{ entityName: 'Hub', observations: [`seen ${number}`] }] })
  )
  await spread(processes, count, (process, number) =>
    process.call('delete_relations', { relations: [relation(number)] })
  )
  await spread(processes, count, (process, number) => process.call('delete_entities', { entityNames: [`E${number}`] }))
  expect(await graph()).toEqual({
    entities: [{ name: 'Hub', entityType: 'hub', observations: [] }],
    relations: []
  })
}

/** Calls each tool that changes contexts so often, all of them on one context where that is possible. */
export async function hammerContexts(processes: readonly McpProcess[], count: number): Promise<void> {
  const [first] = processes as [McpProcess]
  const read = (path: string) => first.data<{ body: string; fields: object; version: string }>('context_read', { path })
  const paths = async (): Promise<string[]> => {
    const found: string[] = []
    for (;;) {
      const after = found.at(-1)
      const page = await first.data<{ entries: { path: string }[]; more: boolean }>('context_list', {
        path: '/many',
        limit: 200,
        ...(after !== undefined && { start_after: after })
      })
      found.push(...page.entries.map(({ path }) => path))
      if (!page.more) return found
    }
  }
  await first.call('context_write', { path: '/log', body: 'begin\n', fields: {} })

  await spread(processes, count, (process, number) =>
    process.call('context_edit', { path: '/log', append: `line ${number}\n`, set: { [`key${number}`]: number } })
  )
  await spread(processes, count, (process, number) =>
    process.call('context_write', { path: `/many/c${number}`, body: `text ${number}`, only_new: true })
  )
  const log = await read('/log')
  expect(
    log.body
      .split('\n')
      .filter((line) => line !== '')
      .sort()
  ).toEqual(['begin', ...numbered(count, (each) => `line ${each}`)].sort())
  expect(Object.keys(log.fields).sort()).toEqual(numbered(count, (each) => `key${each}`))
  expect((await paths()).sort()).toEqual(numbered(count, (each) => `/many/c${each}`))

  const versions = new Map<number, string>()
  await spread(processes, count, async (process, number) => {
    const removed = await process.data<{ restoreVersion: string }>('context_remove', { path: `/many/c${number}` })
    versions.set(number, removed.restoreVersion)
  })
  expect(await paths()).toEqual([])
  await spread(processes, count, (process, number) =>
    process.call('context_restore', { path: `/many/c${number}`, version: versions.get(number) })
  )
  expect((await paths()).sort()).toEqual(numbered(count, (each) => `/many/c${each}`))
  await spread(processes, count, async (process, number) => {
    expect((await process.data<{ body: string }>('context_read', { path: `/many/c${number}` })).body).toBe(
      `text ${number}`
    )
  })
}

/** Calls the commands that change files so often. */
export async function hammerFiles(processes: readonly McpProcess[], count: number): Promise<void> {
  const [first] = processes as [McpProcess]
  const run = (process: McpProcess, command: string, args: object) => process.call('memory', { command, ...args })
  const slots = Array.from({ length: count }, (_, number) => `<${number}>\n`).join('')
  await run(first, 'create', { path: '/memories/shared.txt', file_text: slots })
  await spread(processes, count, (process, number) =>
    run(process, 'create', { path: `/memories/f${number}`, file_text: `${number}` })
  )
  await spread(processes, count, (process, number) =>
    run(process, 'str_replace', { path: '/memories/shared.txt', old_str: `<${number}>`, new_str: `[${number}]` })
  )
  await spread(processes, count, (process, number) =>
    run(process, 'insert', { path: '/memories/shared.txt', insert_line: 0, insert_text: `in ${number}` })
  )
  const { body } = await first.data<{ body: string }>('context_read', { path: '/memories/shared.txt' })
  const lines = body.split('\n').filter((line) => line !== '')
  expect(lines.sort()).toEqual(
    [...numbered(count, (each) => `in ${each}`), ...numbered(count, (each) => `[${each}]`)].sort()
  )
  await spread(processes, count, (process, number) =>
    run(process, 'rename', { old_path: `/memories/f${number}`, new_path: `/memories/g${number}` })
  )
  await spread(processes, count, (process, number) => run(process, 'delete', { path: `/memories/g${number}` }))
  expect(await run(first, 'view', { path: '/memories' })).not.toMatch(/\/[fg]\d/)
}
