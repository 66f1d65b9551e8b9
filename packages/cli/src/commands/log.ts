import type { HistoryEntry } from '@hcfs/core'
import type { Command } from 'commander'
import { agoText, bytesText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import { plainText, shortened } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'
import { readExactVersion, shortVersion } from '../command-line/version-names.ts'

interface LogFlags {
  readonly limit?: string
  readonly before?: string
}

const LIMIT_FOR_PEOPLE = 50
const NOTE_CHARACTERS_MAX = 60

export function addLog(program: Command, runner: CommandRunner): void {
  program
    .command('log')
    .summary('who changed a context, when and why')
    .description('Lists the changes of a context, the newest first, also from before it was moved here.')
    .argument('<path>', 'where the context lives')
    .option('-n, --limit <count>', `at most so many (default: ${LIMIT_FOR_PEOPLE} on a terminal, all with --json)`)
    .option('--before <version>', 'go on below the version you got last')
    .addHelpText(
      'after',
      examples(
        ['hcfs log /notes/today', 'the history; the beginning of a version is enough to name it'],
        ['hcfs log /notes/today -n 1 --json', 'the last change, for programs']
      )
    )
    .action((path: string, { limit, before }: LogFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out, signal }) => {
        const most = limit === undefined ? defaultLimit(out) : readCount('limit', limit)
        const history = contexts.history(path, {
          signal,
          ...(most !== undefined && { limit: most }),
          ...(before !== undefined && { before: await readExactVersion(contexts, path, before) })
        })
        await out.list(history, { columns: columnsOf(out, path), empty: 'Nothing older.' })
      })
    )
}

function defaultLimit({ isJson }: Output): number | undefined {
  return isJson ? undefined : LIMIT_FOR_PEOPLE
}

function columnsOf({ paint, nowMs }: Output, here: string): Column<HistoryEntry>[] {
  return [
    { title: 'VERSION', cell: ({ version }) => paint('cyan', shortVersion(version)) },
    { title: 'WHEN', cell: ({ time }) => agoText(time, nowMs) },
    { title: 'WHAT', cell: ({ kind }) => kind },
    { title: 'SIZE', align: 'right', cell: ({ payloadBytes }) => bytesText(payloadBytes) },
    { title: 'BY', cell: ({ by, author }) => plainText(by?.agent ?? author.slice(0, 12)) },
    { title: 'AT', cell: ({ path }) => (path === here ? '' : plainText(path)) },
    { title: 'NOTE', cell: ({ note }) => shortened(plainText(note ?? ''), NOTE_CHARACTERS_MAX) }
  ]
}
