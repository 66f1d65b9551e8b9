import type { RevocationPreview } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { confirmed } from '../command-line/confirm.ts'
import { examples } from '../command-line/examples.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import { writePolicyOutcome } from '../command-line/policy-outcome.ts'
import type { CommandRunner } from '../command-line/session.ts'

interface RevokeFlags {
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function addRevoke(program: Command, runner: CommandRunner): void {
  program
    .command('revoke')
    .summary('take a machine out of the network')
    .description(
      'Ends everything that a member may do. First shows which changes would fall: what this node has not seen of it counts for nobody afterwards. Everybody hangs up on it.'
    )
    .argument('<member>', 'a name, or the beginning of a device id; hcfs members shows both')
    .option('--dry-run', 'only show what would fall')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(['hcfs revoke laptop --dry-run', 'look first'], ['hcfs revoke laptop --yes', 'for scripts'])
    )
    .action((member: string, flags: RevokeFlags, command: Command) =>
      runner.withNode(command, async ({ network }, session) => {
        const { out, signal } = session
        const preview = await network.revoke(member, { dryRun: true, signal })
        if (flags.dryRun === true) {
          await tell(out, preview)
          return
        }
        if (flags.yes !== true) {
          if (!out.isJson) await tell(out, preview)
          if (!(await confirmed(session, `Take ${plainText(preview.name)} out of the network?`))) return
        }
        const { outcome } = await network.revoke(preview.member, { signal })
        if (outcome !== undefined) await writePolicyOutcome(out, outcome, `${plainText(preview.name)} is out`)
      })
    )
}

async function tell(out: Output, preview: RevocationPreview): Promise<void> {
  if (out.isJson) {
    await out.json(preview)
    return
  }
  const { name, member, grants, fallingEntries, fallingEntriesOfOthers, reissued } = preview
  await out.line(`${plainText(name)} (${member.slice(0, 12)}) may now:`)
  for (const { role, under } of grants) await out.line(`  ${role} ${plainText(under)}`)
  await out.line(`${countText(fallingEntries, 'change')} of it would fall`)
  await out.line(`${countText(fallingEntriesOfOthers, 'change')} of others would fall`)
  if (reissued.length > 0)
    await out.line(`${countText(reissued.length, 'member')} it invited would be invited anew first`)
}
