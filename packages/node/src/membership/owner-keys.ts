import { timingSafeEqual } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DeviceId, Random } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import { DEVICE_SEED_BYTES, DeviceKey } from '@hcfs/crdt'
import type { Keyring } from './identity.ts'
import { syncFolder } from './key-file.ts'
import type { PolicySource } from './policy-source.ts'
import { sealKeys, unsealKeys } from './sealed-key.ts'

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

  /** Whether whoever has this directory can also replace the owner for good. */
  async isRecoveryKeyHere(): Promise<boolean> {
    return (await this.#recovery()) !== undefined
  }

  /**
   * Seals the owner's key, and with it the recovery key where it is here, in a file
   * that must not exist. Only when that file was fsynced and read again is the recovery
   * key taken out of the directory. After a crash the same call finishes what is left.
   */
  async backup(file: string, passphrase: string): Promise<void> {
    const key = await this.key()
    if (key === undefined)
      throw new HcfsError('OWNER_REQUIRED', "This node does not have the owner's key; do it on the one that has")
    const recovery = await this.#recovery()
    const seeds = [key, recovery].filter((each) => each !== undefined).map((each) => each.exportSeed())
    const isWrittenBefore = await this.#holds(file, passphrase, seeds)
    if (!isWrittenBefore) await writeNew(file, sealKeys(seeds, passphrase, this.#components.random))
    if (!(await this.#holds(file, passphrase, seeds))) throw fileProblem(undefined, file)
    if (recovery !== undefined) await this.#components.keyring.remove('recovery')
  }

  /** The keys in a file: sealed ones, or a key file as it was founded and then moved to a safe place. */
  async unseal(file: string, passphrase: string): Promise<readonly DeviceKey[]> {
    const bytes = await readFile(file).catch((error: unknown) => {
      throw fileProblem(error, file)
    })
    const seeds = bytes.length === DEVICE_SEED_BYTES ? [bytes] : unsealKeys(bytes, passphrase)
    return seeds.map((seed) => DeviceKey.fromSeed(seed))
  }

  async #recovery(): Promise<DeviceKey | undefined> {
    const seed = await this.#components.keyring.find('recovery')
    const key = seed && DeviceKey.fromSeed(seed)
    return key?.deviceId === this.#state.facts.recovery ? key : undefined
  }

  /** Whether a file holds these keys, and can be opened with the passphrase. */
  async #holds(file: string, passphrase: string, seeds: readonly Uint8Array[]): Promise<boolean> {
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes === undefined) return false
    try {
      const found = unsealKeys(bytes, passphrase)
      return seeds.every((seed) => found.some((each) => timingSafeEqual(each, seed)))
    } catch (error) {
      if (hasErrorCode(error, 'SEALED_KEY_INVALID')) return false
      throw error
    }
  }

  get #state(): PolicyState {
    return this.#components.policy.state
  }
}

/** On the disk when this resolves, whole. What could not be written is taken away again. */
async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw fileProblem(error, file)
  })
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw fileProblem(error, file)
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(file))
}

function fileProblem(cause: unknown, file: string): HcfsError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const details = { file }
  if (code === 'EEXIST') return new HcfsError('BACKUP_EXISTS', `${file} exists; name another file`, { details, cause })
  if (code === 'ENOENT')
    return new HcfsError('FILE_NOT_FOUND', `${file} does not exist; correct its name`, { details, cause })
  return new HcfsError('FILE_REFUSED', `${file} cannot be read or written; see its permissions`, { details, cause })
}
