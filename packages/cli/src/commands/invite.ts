import type { Invitation, MemberRole } from '@hcfs/core'
import type { Command } from 'commander'
import { renderUnicodeCompact } from 'uqr'
import { countText } from '../command-line/amounts.ts'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'

interface InviteFlags {
  readonly role?: string
  readonly under?: string
  readonly expires?: string
  readonly uses?: string
  readonly qr?: boolean
}

export function addInvite(program: Command, runner: CommandRunner): void {
  program
    .command('invite')
    .summary('let another machine into the network')
    .description(
      'Makes a ticket with which another machine joins the network of this node. Whoever has the ticket can use it: pass it on like a password. The node that made it has to run when it is used.'
    )
    .option('--role <role>', 'read, write or admin (default: write)')
    .option('--under <path>', 'what the role holds for (default: /)')
    .option('--expires <duration>', 'how long the ticket can be used (default: 7d)')
    .option('--uses <count>', 'how many machines may use it (default: 1)')
    .option('--qr', 'also as a QR code')
    .addHelpText(
      'after',
      examples(
        ['hcfs invite', 'a machine that may write everywhere'],
        ['hcfs invite --role read --expires 1h', 'one that only reads; the ticket lasts an hour'],
        ['hcfs invite --under /projects/apollo --uses 5', 'five machines that work on one project'],
        ['hcfs join "$(hcfs invite --json --dir ./a | jq -r .ticket)" --dir ./b', 'two nodes on one machine, to try it']
      )
    )
    .action((flags: InviteFlags, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        const invitation = await network.invite({
          role: readRole(flags.role ?? 'write'),
          signal,
          ...(flags.under !== undefined && { under: flags.under }),
          ...(flags.expires !== undefined && { expiresInMs: parseDuration(flags.expires) }),
          ...(flags.uses !== undefined && { uses: readCount('uses', flags.uses) })
        })
        if (out.isJson) await out.json(invitation)
        else await tell(out, invitation, flags)
      })
    )
}

async function tell(out: Output, invitation: Invitation, { qr }: InviteFlags): Promise<void> {
  const { ticket, role, under, uses, expiresAt, note, addresses } = invitation
  // On its own line of the results, so that it can be piped.
  await out.line(ticket)
  if (qr === true) await out.line(renderUnicodeCompact(ticket))
  out.note('')
  out.note(`For ${countText(uses, 'machine')}, to ${role} below ${under}, until ${expiresAt}.`)
  if (note !== undefined) out.note(note)
  if (addresses.length === 0)
    out.warn('This node listens nowhere, so nobody can reach it: hcfs start --listen sets where')
  out.note('On the other machine: hcfs join TICKET --start')
}

function readRole(text: string): MemberRole {
  if (text === 'read' || text === 'write' || text === 'admin') return text
  throw usageError(`--role takes read, write or admin, not "${text}"`)
}
