import type { JsonValue, ListEntry, ListOptions, TrashEntry } from '@hcfs/core'
import { formatPointer } from '@hcfs/core'
import type { Command } from 'commander'
import { agoText, bytesText } from '../command-line/amounts.ts'
import { collected, readNamedValue } from '../command-line/context-flags.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import { plainText, shortened } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'
import { shortVersion } from '../command-line/version-names.ts'

interface LsFlags {
  readonly recursive?: boolean
  readonly tag?: string
  readonly kind?: string
  readonly field?: readonly string[]
  readonly limit?: string
  readonly startAfter?: string
  readonly trash?: boolean
}

const TITLE_CHARACTERS_MAX = 40

export function addLs(program: Command, runner: CommandRunner): void {
  program
    .command('ls')
    .summary('list what lies below a path')
    .description('Lists the contexts and folders directly below a path, or with -r all contexts below it.')
    .argument('[path]', 'where to look', '/')
    .option('-r, --recursive', 'everything below, not only the next level')
    .option('--tag <tag>', 'only contexts with this tag')
    .option('--kind <kind>', 'only contexts of this kind')
    .option('--field <key=value>', 'only contexts with this field; may be given several times', collected)
    .option('--limit <count>', 'at most so many')
    .option('--start-after <path>', 'go on after the path you got last')
    .option('--trash', 'what was removed and can be brought back with hcfs undelete')
    .addHelpText(
      'after',
      examples(
        ['hcfs ls', 'the top'],
        ['hcfs ls /projects -r --tag docking', 'all contexts with a tag'],
        ['hcfs ls /tasks --field status=open --json', 'one line of JSON for each open task'],
        ['hcfs ls --trash', 'what was removed']
      )
    )
    .action((path: string, flags: LsFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out, signal }) => {
        if (flags.trash === true) {
          await out.list(contexts.trash(path, { signal }), {
            columns: trashColumns(out),
            empty: 'Nothing was removed.'
          })
          return
        }
        const entries = contexts.list(path, { ...listOptions(flags), signal })
        await out.list(entries, { columns: entryColumns(out), empty: `Nothing lies below ${plainText(path)}.` })
      })
    )
}

function listOptions({ recursive, tag, kind, field, limit, startAfter }: LsFlags): ListOptions {
  const filter = {
    ...(tag !== undefined && { tag }),
    ...(kind !== undefined && { kind }),
    ...(field !== undefined && { fields: Object.fromEntries(field.map(fieldFilter)) })
  }
  return {
    ...(recursive !== undefined && { recursive }),
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(limit !== undefined && { limit: readCount('limit', limit) }),
    ...(startAfter !== undefined && { startAfter })
  }
}

function fieldFilter(text: string): [pointer: string, value: JsonValue] {
  const { keys, value } = readNamedValue('field', text)
  return [formatPointer(keys), value]
}

function entryColumns(out: Output): Column<ListEntry>[] {
  const { paint, nowMs } = out
  return [
    { title: 'PATH', cell: ({ path, hasChildren }) => plainText(path) + (hasChildren === true ? '/' : '') },
    { title: 'TITLE', cell: ({ title }) => shortened(plainText(title ?? ''), TITLE_CHARACTERS_MAX) },
    { title: 'KIND', cell: ({ kind }) => plainText(kind ?? '') },
    { title: 'TAGS', cell: ({ tags }) => shortened((tags ?? []).map(plainText).join(','), TITLE_CHARACTERS_MAX) },
    { title: 'SIZE', align: 'right', cell: ({ bodyBytes }) => (bodyBytes === undefined ? '' : bytesText(bodyBytes)) },
    { title: 'CHANGED', cell: ({ updatedAt }) => (updatedAt === undefined ? '' : agoText(updatedAt, nowMs)) },
    { title: 'BY', cell: ({ by }) => plainText(by?.agent ?? '') },
    { title: 'VERSION', cell: ({ version }) => paint('cyan', shortVersion(version)) }
  ]
}

function trashColumns({ paint, nowMs }: Output): Column<TrashEntry>[] {
  return [
    { title: 'PATH', cell: ({ path }) => plainText(path) },
    { title: 'WHY', cell: ({ reason }) => reason },
    { title: 'WHEN', cell: ({ removedAt }) => agoText(removedAt, nowMs) },
    { title: 'BY', cell: ({ by }) => plainText(by?.agent ?? '') },
    { title: 'VERSION', cell: ({ version }) => paint('cyan', shortVersion(version)) }
  ]
}
