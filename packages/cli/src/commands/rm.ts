import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writeSubtreeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { SubtreeFlags } from '../command-line/subtree-options.ts'
import { subtreeOptions } from '../command-line/subtree-options.ts'

export function addRm(program: Command, runner: CommandRunner): void {
  program
    .command('rm')
    .summary('remove a context')
    .description('Removes a context, or with -r all that lies at and below a path. hcfs undelete brings it back.')
    .argument('<path>', 'what to remove')
    .option('-r, --recursive', 'also what lies below')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(['hcfs rm /notes/old', 'one context'], ['hcfs rm -r /projects/old --note "shipped"', 'a whole subtree'])
    )
    .action((path: string, flags: SubtreeFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, session) => {
        using progress = session.progress('Removing')
        const receipt = await contexts.remove(path, subtreeOptions(flags, session.signal, progress))
        await writeSubtreeReceipt(session.out, receipt, 'removed')
      })
    )
}
