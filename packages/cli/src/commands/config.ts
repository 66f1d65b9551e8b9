import { mkdir } from 'node:fs/promises'
import { NODE_LIMITS } from '@hcfs/core'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { readSettings, settingNames, settingOf, withSetting, writeSettings } from '../process/node-settings.ts'

const OWNER_ONLY = 0o700

type Place = Pick<Session, 'out' | 'directory'>

interface Setting {
  readonly name: string
  /** Absent where the default holds. */
  readonly value?: string | number
  readonly default: string | number
}

export function addConfig(program: Command, runner: CommandRunner): void {
  const config = program
    .command('config')
    .summary('settings of the node')
    .description(
      'Reads and changes the settings with which hcfs start opens the node: config.json in the data directory.'
    )
    .addHelpText(
      'after',
      examples(
        ['hcfs config list', 'all settings'],
        ['hcfs config set name studio', 'what people call this machine'],
        ['hcfs config set retention./ 90d', 'how long history is wanted; hcfs status --horizon shows what lies below'],
        ['hcfs config set search words', 'search without vectors; off: not at all'],
        ['hcfs config set limits.readCacheBytes 33554432', 'a limit; docs/LIMITS.md explains each']
      )
    )
  config
    .command('list')
    .description('Lists every setting, its value and its default.')
    .action((_flags: object, command: Command) => runner.alone(command, list))
  config
    .command('get')
    .description('Prints one setting.')
    .argument('<name>', 'as hcfs config list shows it')
    .action((name: string, _flags: object, command: Command) => runner.alone(command, (session) => get(session, name)))
  config
    .command('set')
    .description('Changes one setting; it holds from the next start on.')
    .argument('<name>', 'as hcfs config list shows it')
    .argument('<value>', 'what it shall be')
    .action((name: string, value: string, _flags: object, command: Command) =>
      runner.alone(command, (session) => change(session, name, value))
    )
  config
    .command('unset')
    .description('Takes one setting back to its default.')
    .argument('<name>', 'as hcfs config list shows it')
    .action((name: string, _flags: object, command: Command) =>
      runner.alone(command, (session) => change(session, name, undefined))
    )
}

async function list({ out, directory }: Place): Promise<void> {
  const settings = await readSettings(directory.path)
  const rows = settingNames().map((name): Setting => {
    const value = settingOf(settings, name)
    return { name, default: defaultOf(name), ...(value !== undefined && { value }) }
  })
  if (out.isJson) {
    for (const row of rows) await out.json(row)
    return
  }
  await out.table(rows, [
    { title: 'NAME', cell: ({ name }) => name },
    { title: 'VALUE', cell: ({ value }) => plainText(String(value ?? '')) },
    { title: 'DEFAULT', cell: (row) => String(row.default) }
  ])
}

async function get({ out, directory }: Place, name: string): Promise<void> {
  const value = settingOf(await readSettings(directory.path), name) ?? defaultOf(name)
  if (out.isJson) await out.json({ name, value })
  else await out.line(String(value))
}

async function change({ out, directory }: Place, name: string, value: string | undefined): Promise<void> {
  const settings = withSetting(await readSettings(directory.path), name, value)
  await mkdir(directory.path, { recursive: true, mode: OWNER_ONLY })
  await writeSettings(directory.path, settings)
  out.note('It holds from the next start of the node on.')
  await get({ out, directory }, name)
}

function defaultOf(name: string): string | number {
  if (name === 'name') return 'the host name'
  if (name === 'durability') return 'disk'
  if (name === 'search') return 'on'
  if (name === 'embedder') return 'builtin'
  if (name === 'listen') return '/ip4/0.0.0.0/tcp/0'
  if (name === 'announce') return 'nothing'
  if (name === 'discover' || name === 'relay') return 'off'
  if (name === 'reranker') return 'none'
  if (name.startsWith('retention.')) return 'everything'
  return Object.entries(NODE_LIMITS).find(([limit]) => name === `limits.${limit}`)?.[1].default ?? ''
}
