import type { Command } from 'commander'
import { confirmed } from '../command-line/confirm.ts'
import { examples } from '../command-line/examples.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addLeave(program: Command, runner: CommandRunner): void {
  program
    .command('leave')
    .summary('leave the network')
    .description(
      'Ends the membership of this machine. What it wrote stays in the network, and what it holds stays on its disk; to come back it needs another ticket.'
    )
    .option('--yes', 'do not ask')
    .addHelpText('after', examples(['hcfs wait && hcfs leave', 'once the others hold everything of this node']))
    .action((flags: { readonly yes?: boolean }, command: Command) =>
      runner.withNode(command, async ({ network }, session) => {
        const { out, signal } = session
        if (flags.yes !== true && !(await confirmed(session, 'Leave the network?'))) return
        await writePolicyOutcome(out, await network.leave({ signal }), 'this node has left')
      })
    )
}
