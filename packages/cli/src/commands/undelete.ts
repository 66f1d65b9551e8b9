import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writeSubtreeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { SubtreeFlags } from '../command-line/subtree-options.ts'
import { subtreeOptions } from '../command-line/subtree-options.ts'

export function addUndelete(program: Command, runner: CommandRunner): void {
  program
    .command('undelete')
    .summary('bring back what was removed')
    .description('Brings back a removed context, or with -r all that was removed at and below a path.')
    .argument('<path>', 'what to bring back; hcfs ls --trash shows what there is')
    .option('-r, --recursive', 'also what lay below')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(['hcfs undelete /notes/old', 'one context'], ['hcfs undelete -r /projects/old', 'a whole subtree'])
    )
    .action((path: string, flags: SubtreeFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, session) => {
        using progress = session.progress('Bringing back')
        const receipt = await contexts.undelete(path, subtreeOptions(flags, session.signal, progress))
        await writeSubtreeReceipt(session.out, receipt, 'brought back')
      })
    )
}
