import type { NetworkStatus, ParkedStatus, SpaceStatus } from '@hcfs/core'
import { countText } from './amounts.ts'
import type { Output } from './output.ts'
import { plainText } from './plain-text.ts'
import { replicaColumns } from './replica-table.ts'

const PARKED: Readonly<Record<ParkedStatus['reason'], string>> = {
  parent: 'for commits that come before them',
  payload: 'for their contents',
  policy: 'for a newer policy of the network',
  'clock-ahead': 'because the clock of who wrote them is ahead'
}

/** The network in short: what stands beside the facts of the node. */
export function networkRows({
  role,
  epoch,
  isOwnerReachable,
  listen,
  peers,
  parked
}: NetworkStatus): [string, string][] {
  const owner = isOwnerReachable ? '' : '; the node of the owner cannot be reached, so changes of rights wait'
  return [
    ['role', `${role}, policy ${epoch}${owner}`],
    ['peers', countText(peers, 'connection')],
    ...(listen.length === 0 ? [] : [['listening', listen.map(plainText).join(' ')] satisfies [string, string]]),
    ...parked.map(({ author, count, reason }): [string, string] => [
      'parked',
      `${countText(count, 'commit')} of ${author.slice(0, 12)} wait ${PARKED[reason]}`
    ])
  ]
}

/** How the replicas of each space stand. A node that is the only one says nothing. */
export async function writeSpaces(out: Output, spaces: readonly SpaceStatus[]): Promise<void> {
  for (const { space, isReplicatedHere, replicas } of spaces) {
    if (isReplicatedHere && replicas.length < 2) continue
    await out.line('')
    await out.line(out.paint('dim', `${plainText(space)}${isReplicatedHere ? '' : ' (not replicated here)'}`))
    if (isReplicatedHere) await out.table(replicas, replicaColumns(out.nowMs))
  }
}
