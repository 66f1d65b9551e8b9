import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addSuspend(program: Command, runner: CommandRunner): void {
  program
    .command('suspend')
    .summary('shut a machine out at once, for now')
    .description(
      'Everybody hangs up on the member at once; nothing it wrote is touched. For administrators: it lapses after 72 hours unless the owner confirms it. hcfs revoke takes a member out for good.'
    )
    .argument('<member>', 'a name, or the beginning of a device id')
    .addHelpText('after', examples(['hcfs suspend laptop', 'it was stolen, and the owner is asleep']))
    .action((member: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        await writePolicyOutcome(out, await network.suspend(member, { signal }), `${member} is suspended`)
      })
    )
}
