import { open, readFile } from 'node:fs/promises'
import type { DeviceId, Random } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Grant, PolicyState, Statement } from '@hcfs/crdt'
import { DEVICE_SEED_BYTES, DeviceKey, signGrant } from '@hcfs/crdt'
import type { Keyring } from './identity.ts'
import type { PolicySource } from './policy-source.ts'
import { sealKey, unsealKey } from './sealed-key.ts'

export interface OwnerKeysComponents {
  readonly keyring: Keyring
  readonly policy: Pick<PolicySource, 'state'>
  readonly random: Random
}

/** The key that signs the policy, where this node has it. */
export class OwnerKeys {
  readonly #components: OwnerKeysComponents
  readonly #device: DeviceKey

  constructor(components: OwnerKeysComponents, device: DeviceKey) {
    this.#components = components
    this.#device = device
  }

  /** `undefined` where another node is the owner's: what lies in the keyring may be of an earlier owner. */
  async key(): Promise<DeviceKey | undefined> {
    const { owner } = this.#state.facts
    if (this.#device.deviceId === owner) return this.#device
    const seed = await this.#components.keyring.find('owner')
    const key = seed && DeviceKey.fromSeed(seed)
    return key?.deviceId === owner ? key : undefined
  }

  /** Whether a device is known to be the owner's: by its own key, or because the network was founded on it. */
  isHeldBy(device: DeviceId): boolean {
    const { owner, grants } = this.#state.facts
    if (owner === device) return true
    const first = [...grants.values()].find(({ fromEpoch, depth }) => fromEpoch === 0 && depth > 0)
    return first?.issuer === owner && first.subject === device
  }

  /** The same right once more, straight from the owner. */
  reissue({ network, subject, role, under, depth }: Grant, owner: DeviceKey): Statement {
    const fromEpoch = this.#state.epoch + 1
    return { kind: 'grant', grant: signGrant({ network, subject, role, under, depth, fromEpoch }, owner) }
  }

  /** To a file that must not exist. */
  async backup(file: string, passphrase: string): Promise<void> {
    const key = await this.key()
    if (key === undefined)
      throw new HcfsError('OWNER_REQUIRED', "This node does not have the owner's key; do it on the one that has")
    const sealed = sealKey(key.exportSeed(), passphrase, this.#components.random)
    const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
      throw fileProblem(error, file)
    })
    try {
      await handle.write(sealed)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async unseal(file: string, passphrase: string): Promise<DeviceKey> {
    const sealed = await readFile(file).catch((error: unknown) => {
      throw fileProblem(error, file)
    })
    // A key file as it was founded, moved to a safe place, is not sealed.
    const isPlain = sealed.length === DEVICE_SEED_BYTES
    return DeviceKey.fromSeed(isPlain ? sealed : unsealKey(sealed, passphrase))
  }

  get #state(): PolicyState {
    return this.#components.policy.state
  }
}

function fileProblem(cause: unknown, file: string): HcfsError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const details = { file }
  if (code === 'EEXIST') return new HcfsError('BACKUP_EXISTS', `${file} exists; name another file`, { details, cause })
  if (code === 'ENOENT')
    return new HcfsError('FILE_NOT_FOUND', `${file} does not exist; correct its name`, { details, cause })
  return new HcfsError('FILE_REFUSED', `${file} cannot be read or written; see its permissions`, { details, cause })
}
