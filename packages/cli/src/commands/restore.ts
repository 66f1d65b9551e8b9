import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { readVersion } from '../command-line/version-names.ts'

export function addRestore(program: Command, runner: CommandRunner): void {
  program
    .command('restore')
    .summary('make a context what it was')
    .description('Writes an old version of a context as its newest one. The history keeps what came between.')
    .argument('<path>', 'where the context lives')
    .argument('<version>', 'a version of hcfs log, the beginning of one, or a time')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(
        ['hcfs restore /notes/today 3f2a91', 'as it was at a version'],
        ['hcfs restore /notes/today 2026-01-31T12:00:00Z', 'as it was at a time']
      )
    )
    .action((path: string, version: string, { note }: { note?: string }, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out, signal }) => {
        const wanted = await readVersion(contexts, path, version)
        const receipt = await contexts.restore(path, wanted, { signal, ...(note !== undefined && { note }) })
        await writeReceipt(out, receipt, receipt.commit === undefined ? 'unchanged' : 'restored')
      })
    )
}
