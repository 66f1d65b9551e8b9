import { resolve } from 'node:path'
import type { Command } from 'commander'
import { confirmed } from '../command-line/confirm.ts'
import { examples } from '../command-line/examples.ts'
import { readPassphrase } from '../command-line/passphrase.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addOwner(program: Command, runner: CommandRunner): void {
  const owner = program
    .command('owner')
    .summary("keep the network's owner key safe")
    .description(
      "The owner's key signs who belongs to the network. It lies on the node that founded it. Passphrases are asked for, or taken from HCFS_PASSPHRASE."
    )
    .addHelpText(
      'after',
      examples(
        ['hcfs owner backup ~/usb/hcfs-owner.key', 'seal the keys in a file and keep it elsewhere'],
        ['hcfs owner transfer desktop', "another member's machine becomes the owner"],
        ['hcfs owner recover ~/usb/hcfs-owner.key', 'after the machine of the owner was lost']
      )
    )
  owner
    .command('backup')
    .description(
      'Seals the owner and recovery keys with a passphrase in a file that must not exist. Then recovery.key is removed from the data directory: from then on only this file can replace a lost owner key.'
    )
    .argument('<file>', 'a file that does not exist yet')
    .action((file: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, environment, signal }) => {
        const passphrase = await readPassphrase(environment, { isNew: true })
        const target = resolve(environment.workingDirectory, file)
        await network.ownerBackup(target, { passphrase, signal })
        if (out.isJson) await out.json({ file: target })
        else
          await out.line(
            `sealed in ${target}; without the passphrase it is worth nothing. recovery.key is no longer in the data directory: keep this file elsewhere`
          )
      })
    )
  owner
    .command('transfer')
    .description('Makes the device of another member the owner. The key of this one signs nothing any more.')
    .argument('<member>', 'a name, or the beginning of a device id')
    .option('--yes', 'do not ask')
    .action((member: string, flags: { readonly yes?: boolean }, command: Command) =>
      runner.withNode(command, async ({ network }, session) => {
        const { out, signal } = session
        if (flags.yes !== true && !(await confirmed(session, `Make ${member} the owner of the network?`))) return
        await writePolicyOutcome(out, await network.ownerTransfer(member, { signal }), `${member} is the owner`)
      })
    )
  owner
    .command('recover')
    .description('Makes this node the owner, with the recovery key out of a backup. Also ends a freeze of the policy.')
    .argument('<file>', 'what hcfs owner backup wrote')
    .action((file: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, environment, signal }) => {
        const passphrase = await readPassphrase(environment, { isNew: false })
        const source = resolve(environment.workingDirectory, file)
        await writePolicyOutcome(
          out,
          await network.ownerRecover(source, { passphrase, signal }),
          'this node is the owner'
        )
      })
    )
}
