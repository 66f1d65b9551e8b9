import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writeSubtreeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { SubtreeFlags } from '../command-line/subtree-options.ts'
import { subtreeOptions } from '../command-line/subtree-options.ts'

export function addMv(program: Command, runner: CommandRunner): void {
  program
    .command('mv')
    .summary('move a context')
    .description('Moves a context, or with -r all that lies at and below a path. Its history goes with it.')
    .argument('<from>', 'where it lives')
    .argument('<to>', 'where it shall live; nothing may be there')
    .option('-r, --recursive', 'also what lies below')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(['hcfs mv /drafts/plan /projects/apollo/plan', 'one context'], ['hcfs mv -r /a /b', 'a whole subtree'])
    )
    .action((from: string, to: string, flags: SubtreeFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, session) => {
        using progress = session.progress('Moving')
        const receipt = await contexts.move(from, to, subtreeOptions(flags, session.signal, progress))
        await writeSubtreeReceipt(session.out, receipt, 'moved')
      })
    )
}
