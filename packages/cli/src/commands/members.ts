import type { MemberStatus } from '@hcfs/core'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addMembers(program: Command, runner: CommandRunner): void {
  program
    .command('members')
    .summary('who belongs to the network')
    .description('Lists the machines of the network, what each may do, and since whom.')
    .addHelpText('after', examples(['hcfs members', 'as a table'], ['hcfs members --json', 'one line of JSON each']))
    .action((_flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        const members = await network.members({ signal })
        const names = new Map(members.map(({ device, name }) => [device, name]))
        if (out.isJson) {
          for (const member of members) await out.json(member)
          return
        }
        await out.table(members, [
          { title: 'NAME', cell: ({ name }) => plainText(name) },
          { title: 'DEVICE', cell: ({ device }) => device.slice(0, 12) },
          { title: 'ROLE', cell: ({ role, under }) => `${role} ${plainText(under)}` },
          { title: 'STATE', cell: stateOf },
          {
            title: 'INVITED BY',
            cell: ({ invitedBy }) =>
              invitedBy === undefined ? '' : plainText(names.get(invitedBy) ?? invitedBy.slice(0, 12))
          }
        ])
      })
    )
}

function stateOf({ state, isSelf, isOwner }: MemberStatus): string {
  return [state, ...(isSelf ? ['this node'] : []), ...(isOwner ? ['owner'] : [])].join(', ')
}
