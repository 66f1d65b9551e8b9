import type { DiskUsage } from '@hcfs/core'
import type { Command } from 'commander'
import { bytesText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'

const COLUMNS: readonly Column<DiskUsage>[] = [
  { title: 'PATH', cell: ({ path }) => plainText(path) },
  { title: 'CONTEXTS', align: 'right', cell: ({ contexts }) => contexts.toLocaleString('en-US') },
  { title: 'TEXT', align: 'right', cell: ({ bodyBytes }) => bytesText(bodyBytes) },
  { title: 'HISTORY', align: 'right', cell: ({ historyBytes }) => bytesText(historyBytes) }
]

export function addDu(program: Command, runner: CommandRunner): void {
  program
    .command('du')
    .summary('how much lies where')
    .description(
      'Shows how many contexts lie below each child of a path, and how many bytes they and their history take.'
    )
    .argument('[path]', 'where to look', '/')
    .addHelpText('after', examples(['hcfs du', 'the top'], ['hcfs du /projects --json', 'for programs']))
    .action((path: string, _flags: object, command: Command) =>
      runner.withNode(command, async (node, { out, signal }) => {
        await out.list(node.diskUsage(path, { signal }), {
          columns: COLUMNS,
          empty: `Nothing lies below ${plainText(path)}.`
        })
      })
    )
}
