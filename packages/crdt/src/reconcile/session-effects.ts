import type { CommitId, ContextPath } from '@hcfs/core'
import type { SessionState, SyncOutcome, SyncSession } from './session-state.ts'
import { encodeSyncMessage } from './sync-codec.ts'
import type { SyncMessage } from './sync-message.ts'
import type { SyncRead, SyncReadResult } from './sync-read.ts'
import type { SyncedCommit } from './sync-source.ts'

/** What happens to a session. */
export type SyncInput =
  /** One framed message of the peer. */
  | { readonly input: 'message'; readonly bytes: Uint8Array }
  | { readonly input: 'read'; readonly result: SyncReadResult }
  /** The caller has judged what was delivered. `missing`: all that parked commits wait for now. */
  | { readonly input: 'delivered'; readonly missing: readonly CommitId[] }
  /** The caller refused a part of what was delivered: the peer sent what nobody may send. */
  | { readonly input: 'refused'; readonly what: string }
  /** Time passes: about once a second. */
  | { readonly input: 'tick' }
  /** The connection is gone, a right was taken away, a read failed, the node stops. */
  | { readonly input: 'stop'; readonly why: string }

/** What the driver has to do, in this order. */
export type SyncEffect =
  | { readonly effect: 'send'; readonly bytes: Uint8Array; readonly message: SyncMessage }
  | { readonly effect: 'read'; readonly space: ContextPath; readonly read: SyncRead }
  /** Judge these and say `delivered` or `refused`. They are well formed; their signatures were not verified. */
  | { readonly effect: 'deliver'; readonly commits: readonly SyncedCommit[] }
  /** Likewise; their form was not looked at. */
  | { readonly effect: 'deliver-policy'; readonly entries: readonly Uint8Array[] }
  | { readonly effect: 'finished'; readonly outcome: SyncOutcome }

export interface Transition {
  readonly session: SyncSession
  readonly effects: readonly SyncEffect[]
}

export function send(message: SyncMessage): SyncEffect {
  return { effect: 'send', bytes: encodeSyncMessage(message), message }
}

export function readOf({ space }: Pick<SyncSession, 'space'>, read: SyncRead): SyncEffect {
  return { effect: 'read', space, read }
}

/** Goes into a state. `session` may be typed for any state: what it was in is left behind. */
export function into(
  session: Omit<SyncSession, 'state'>,
  state: SessionState,
  ...effects: readonly SyncEffect[]
): Transition {
  return { session: { ...session, state }, effects }
}

export function finish(session: Omit<SyncSession, 'state'>, outcome: SyncOutcome): Transition {
  return into(session, { name: 'finished', outcome }, { effect: 'finished', outcome })
}

export function misbehaved(session: Omit<SyncSession, 'state'>, what: string): Transition {
  return finish(session, { reason: 'misbehaved', what })
}
