import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addForget(program: Command, runner: CommandRunner): void {
  program
    .command('forget')
    .summary('wait no longer for a machine')
    .description(
      'Nobody waits for this member any more: hcfs wait and hcfs status leave it out, and history may be cut without it. It keeps its rights; if it comes back it catches up.'
    )
    .argument('<member>', 'a name, or the beginning of a device id')
    .addHelpText('after', examples(['hcfs forget old-server', 'it will not come back']))
    .action((member: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        await writePolicyOutcome(out, await network.forget(member, { signal }), `${member} is forgotten`)
      })
    )
}
