import type { ContextPath, DeviceId, GrantId } from '@hcfs/core'
import type { SpaceFrontier } from './frontier.ts'
import type { SignedGrant } from './grant.ts'
import type { NetworkSettingName } from './network-settings.ts'

/** One thing that a policy entry says. */
export type Statement =
  | { readonly kind: 'grant'; readonly grant: SignedGrant }
  | TakingStatement
  | ConfirmStatement
  | { readonly kind: 'space'; readonly path: ContextPath }
  | { readonly kind: 'settle'; readonly frontier: SpaceFrontier }
  | HorizonStatement
  | { readonly kind: 'transfer'; readonly owner: DeviceId }
  | RecoverStatement
  | MemberStatement
  | { readonly kind: 'setting'; readonly name: NetworkSettingName; readonly value: number }

/**
 * Takes a right away. Of what was written under the grant, and under those
 * delegated from it, stays what lies on the chains that end at the cuts; a chain
 * that is not listed keeps nothing.
 */
export type TakingStatement = {
  readonly grant: GrantId
  readonly cuts: readonly SpaceFrontier[]
} & (
  | { /** Against the member: nobody talks to it any more, unless it has another grant. */ readonly kind: 'revoke' }
  | { /** With the member: it left, or the epochs of the grant have run out. */ readonly kind: 'end' }
  | {
      /** In its place the subject gets another, which gives less. */
      readonly kind: 'narrow'
      readonly replacement: SignedGrant
    }
)

/** What the owner says about a suspension: it stays, or it is over. */
export interface ConfirmStatement {
  readonly kind: 'confirm' | 'lift'
  readonly suspension: string
}

/** Below the frontier the log may be dropped; what it amounted to is checked against the root. */
export interface HorizonStatement {
  readonly kind: 'horizon'
  readonly frontier: SpaceFrontier
  /** SHA-256 as lower-case hexadecimal text. */
  readonly root: string
}

/** Signed by the recovery key, and the only statement of its entry. */
export interface RecoverStatement {
  readonly kind: 'recover'
  readonly owner: DeviceId
  /** The next recovery key; absent to keep this one. */
  readonly recovery?: DeviceId
}

/** What the network knows of a device. Replaces what was said of it before. */
export interface MemberStatement {
  readonly kind: 'member'
  readonly device: DeviceId
  readonly name: string
  /** Where it can be reached. */
  readonly addresses: readonly string[]
  /** The spaces it replicates; absent for all that it may read. */
  readonly replicates?: readonly ContextPath[]
  readonly isIndexing: boolean
  /** Nobody waits for its acknowledgements any more. */
  readonly isForgotten: boolean
}

export type StatementKind = Statement['kind']
