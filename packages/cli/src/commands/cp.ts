import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writeSubtreeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { SubtreeFlags } from '../command-line/subtree-options.ts'
import { subtreeOptions } from '../command-line/subtree-options.ts'

export function addCp(program: Command, runner: CommandRunner): void {
  program
    .command('cp')
    .summary('copy a context')
    .description(
      'Copies a context, or with -r all that lies at and below a path. The copy begins a history of its own.'
    )
    .argument('<from>', 'where it lives')
    .argument('<to>', 'where the copy shall live; nothing may be there')
    .option('-r, --recursive', 'also what lies below')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(
        ['hcfs cp /templates/plan /projects/apollo/plan', 'one context'],
        ['hcfs cp -r /a /b', 'a whole subtree']
      )
    )
    .action((from: string, to: string, flags: SubtreeFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, session) => {
        using progress = session.progress('Copying')
        const receipt = await contexts.copy(from, to, subtreeOptions(flags, session.signal, progress))
        await writeSubtreeReceipt(session.out, receipt, 'copied')
      })
    )
}
