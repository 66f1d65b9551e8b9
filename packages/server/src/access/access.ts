import type { ContextPath, MemberRole } from '@hcfs/core'
import { HcfsError, isPathPrefix, parsePath, ROOT_PATH } from '@hcfs/core'

/** What a caller may do. It comes from the credential, never from what is sent. */
export interface Access {
  /** Whose calls are counted together. */
  readonly id: string
  /** Who asks, where the caller does not say more. */
  readonly agent?: string
  readonly role: MemberRole
  readonly under: ContextPath
}

const RANKS: Readonly<Record<MemberRole, number>> = { read: 0, write: 1, admin: 2 }

/** Fails with `KEY_SCOPE_EXCEEDED` unless the role is large enough, and the path lies in the subtree. */
export function assertMay(access: Access, needs: MemberRole, path: string = ROOT_PATH): void {
  const { role, under } = access
  if (RANKS[role] < RANKS[needs]) {
    throw exceeded(`This key may ${role}, and the call takes ${needs}; use a key with that role`, access)
  }
  if (!isPathPrefix(under, parsePath(path))) {
    throw exceeded(`This key reaches ${under} and what lies below it only; use a key with a larger scope`, access)
  }
}

/** What reaches the process or the disk of the node is for the user who runs it, over the local socket. */
export function ownerOnly(): HcfsError {
  return new HcfsError('KEY_SCOPE_EXCEEDED', 'Only the user who runs the node may do that, with hcfs on its machine')
}

function exceeded(message: string, { role, under }: Access): HcfsError {
  return new HcfsError('KEY_SCOPE_EXCEEDED', message, { details: { role, under } })
}
