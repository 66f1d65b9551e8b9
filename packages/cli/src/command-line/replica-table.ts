import type { ReplicaStatus } from '@hcfs/core'
import { agoText, countText } from './amounts.ts'
import { plainText } from './plain-text.ts'
import type { Column } from './table.ts'

const SECOND_MS = 1_000

const STATES: Readonly<Record<ReplicaStatus['state'], string>> = {
  'caught-up': 'caught up',
  behind: 'behind',
  unknown: 'unknown'
}

/** How replicas stand, one a line, with what to do about those that lag. */
export function replicaColumns(nowMs: number): readonly Column<ReplicaStatus>[] {
  return [
    { title: 'REPLICA', cell: ({ name, isSelf }) => `${plainText(name)}${isSelf ? ' (this node)' : ''}` },
    { title: 'STATE', cell: ({ state }) => STATES[state] },
    { title: 'BEHIND', cell: lagText },
    { title: 'HEARD', cell: ({ heardAt }) => (heardAt === undefined ? '' : agoText(heardAt, nowMs)) },
    {
      title: 'COMPARED NEXT',
      cell: ({ nextRepairAt }) => (nextRepairAt === undefined ? '' : soonText(nextRepairAt, nowMs))
    },
    { title: 'WHY', cell: ({ detail }) => plainText(detail ?? '') }
  ]
}

function lagText({ lagCommits, lagMs }: ReplicaStatus): string {
  if (lagCommits === 0) return ''
  return `${countText(lagCommits, 'commit')}, ${(lagMs / SECOND_MS).toFixed(lagMs < 10 * SECOND_MS ? 1 : 0)} s`
}

export function soonText(isoTime: string, nowMs: number): string {
  const inMs = Date.parse(isoTime) - nowMs
  return inMs <= 0 ? 'now' : `in ${Math.ceil(inMs / SECOND_MS)} s`
}
