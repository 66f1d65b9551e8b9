import type { CommitId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** What became of a commit that somebody was given a receipt or a token for. */
export type CommitFate =
  | { readonly state: 'missing' }
  | {
      readonly state: 'here'
      /** Another id than the one asked for when this node had to sign the commit again. */
      readonly id: CommitId
      readonly position: number
      /** Why entries of it have no effect; absent while all of them have one. */
      readonly voided?: { readonly reason: string; readonly isWhole: boolean }
    }

/** Knows what became of commits, also of those that go by another id now. */
export interface CommitFates {
  resolve(id: CommitId): CommitFate
}

export interface FateLog {
  positionOf(id: CommitId): number | undefined
  header(position: number): { readonly header: { readonly entryCount: number } }
  /** By their place in the commit. */
  voidsAt(position: number): ReadonlyMap<number, { readonly reason: string }>
}

export interface CommitFatesComponents {
  log: FateLog
  /** The id under which an own commit was signed again. */
  aliasOf?: (id: CommitId) => CommitId | undefined
}

export function commitFates({ log, aliasOf = () => undefined }: CommitFatesComponents): CommitFates {
  return {
    resolve: (asked) => {
      const id = aliasOf(asked) ?? asked
      const position = log.positionOf(id)
      if (position === undefined) return { state: 'missing' }
      const voids = log.voidsAt(position)
      const [first] = voids.values()
      if (first === undefined) return { state: 'here', id, position }
      const isWhole = voids.size === log.header(position).header.entryCount
      return { state: 'here', id, position, voided: { reason: first.reason, isWhole } }
    }
  }
}

export function writeIsVoid(commit: CommitId, reason: string): HcfsError {
  return new HcfsError(
    'VOID',
    `What was written has become void (${reason}); read what is there now, and write again`,
    {
      details: { commit, reason }
    }
  )
}
