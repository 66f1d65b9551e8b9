import type { PeerStatus } from '@hcfs/core'
import type { Command } from 'commander'
import { agoText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import { soonText } from '../command-line/replica-table.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'

export function addPeers(program: Command, runner: CommandRunner): void {
  program
    .command('peers')
    .summary('whom this node is connected with')
    .description('Lists the connections of this node: with whom, over which address, and why one is missing.')
    .addHelpText('after', examples(['hcfs peers', 'as a table'], ['hcfs peers --json', 'one line of JSON each']))
    .action((_flags: object, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        const peers = await network.peers({ signal })
        if (out.isJson) {
          for (const peer of peers) await out.json(peer)
          return
        }
        if (peers.length === 0) out.note('No other node is known; let a machine in with: hcfs invite --role write')
        else await out.table(peers, columns(out.nowMs))
      })
    )
}

function columns(nowMs: number): readonly Column<PeerStatus>[] {
  return [
    { title: 'NAME', cell: ({ name }) => plainText(name) },
    { title: 'DEVICE', cell: ({ device }) => device.slice(0, 12) },
    { title: 'STATE', cell: ({ state, isRelayed }) => (isRelayed ? `${state}, relayed` : state) },
    { title: 'SINCE', cell: ({ since }) => (since === undefined ? '' : agoText(since, nowMs)) },
    {
      title: 'ROUND TRIP',
      align: 'right',
      cell: ({ roundTripMs }) => (roundTripMs === undefined ? '' : `${roundTripMs.toFixed(1)} ms`)
    },
    { title: 'NEXT TRY', cell: ({ nextDialAt }) => (nextDialAt === undefined ? '' : soonText(nextDialAt, nowMs)) },
    { title: 'ADDRESS', cell: ({ addresses }) => plainText(addresses[0] ?? '') },
    { title: 'PROBLEM', cell: ({ lastError }) => plainText(lastError ?? '') }
  ]
}
