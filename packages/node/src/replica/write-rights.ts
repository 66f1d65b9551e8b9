import type { ContextPath, GrantId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { PolicyView } from '@hcfs/crdt'

/** Which grant this device names when it writes somewhere; `undefined` when it has none. */
export interface GrantSource {
  grantFor(path: ContextPath): GrantId | undefined
}

export interface WriteRightsComponents {
  policy: () => PolicyView
  grants: GrantSource
  /** Whether this node holds a space at all. */
  replicates: (space: ContextPath) => boolean
}

/** What this device may write, and in which space it lies, by the newest policy that is here. */
export class WriteRights {
  readonly #components: WriteRightsComponents

  constructor(components: WriteRightsComponents) {
    this.#components = components
  }

  /** Never below that of what is in the log, which waited until its epoch was here. */
  get epoch(): number {
    return this.#components.policy().epoch
  }

  spaceOf(path: ContextPath): ContextPath {
    const policy = this.#components.policy()
    return policy.spaceOf(path, policy.epoch)
  }

  grantFor(path: ContextPath): GrantId | undefined {
    return this.#components.grants.grantFor(path)
  }

  replicates(space: ContextPath): boolean {
    return this.#components.replicates(space)
  }

  /** Fails with `SPACE_NOT_REPLICATED`. */
  assertReplicated(space: ContextPath): void {
    if (this.#components.replicates(space)) return
    throw new HcfsError('SPACE_NOT_REPLICATED', `This node does not replicate ${space}; ask one that does`, {
      details: { space }
    })
  }
}
