import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addSpace(program: Command, runner: CommandRunner): void {
  const space = program
    .command('space')
    .summary('parts of the tree that replicate by themselves')
    .description(
      'A space is a subtree that is replicated by itself: members may be allowed to read one space and not another. Nothing may lie there yet; move it first.'
    )
    .addHelpText('after', examples(['hcfs space add /private', 'readable only for those who are granted it']))
  space
    .command('add')
    .description('Makes a subtree a space of its own.')
    .argument('<path>', 'where it begins')
    .action((path: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        await writePolicyOutcome(out, await network.addSpace(path, { signal }), `${path} is a space`)
      })
    )
}
