import { join } from 'node:path'
import type { Clock, DeviceId, NetworkId, Random } from '@hcfs/core'
import { bytesToHex, deviceId, HcfsError, hexToBytes } from '@hcfs/core'
import type { Genesis } from '@hcfs/crdt'
import { DeviceKey, decodeGenesis, encodeGenesis, networkOf } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import { directoryDamaged, indispensable, unlessDamaged } from '../storage/own-records.ts'
import { readKeyFile, readOrCreateKeyFile, removeKeyFile } from './key-file.ts'

/** Who this node is: its device, its network, and the life of its data directory that it writes in. */
export interface Identity {
  readonly key: DeviceKey
  readonly genesis: Genesis
  readonly network: NetworkId
  readonly fingerprintKey: Uint8Array
  readonly incarnation: number
}

export interface IdentityComponents {
  store: OrderedStore
  clock: Pick<Clock, 'now'>
  random: Random
  keyring: Keyring
}

/** Where the secret keys of a node lie. */
export interface Keyring {
  /** Makes a new key where there is none. */
  seed(name: KeyName): Promise<Uint8Array>
  find(name: KeyName): Promise<Uint8Array | undefined>
  /** Resolves when it is gone for good, also if there was none. */
  remove(name: KeyName): Promise<void>
}

export type KeyName = 'device' | 'owner' | 'recovery'

const FINGERPRINT_KEY_BYTES = 32
const NONCE_BYTES = 16
const INCARNATION_BYTES = 4

/** Keys in files of their own beside the store, readable by their owner only. */
export class FileKeyring implements Keyring {
  readonly #folder: string
  readonly #random: Random

  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
  }

  seed(name: KeyName): Promise<Uint8Array> {
    return readOrCreateKeyFile(this.#file(name), this.#random)
  }

  find(name: KeyName): Promise<Uint8Array | undefined> {
    return readKeyFile(this.#file(name))
  }

  remove(name: KeyName): Promise<void> {
    return removeKeyFile(this.#file(name))
  }

  #file(name: KeyName): string {
    return join(this.#folder, `${name}.key`)
  }
}

/** For nodes that live in memory only. */
export class MemoryKeyring implements Keyring {
  readonly #seeds = new Map<KeyName, Uint8Array>()
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  async seed(name: KeyName): Promise<Uint8Array> {
    const seed = this.#seeds.get(name) ?? this.#random.bytes(32)
    this.#seeds.set(name, seed)
    return seed
  }

  async find(name: KeyName): Promise<Uint8Array | undefined> {
    return this.#seeds.get(name)
  }

  async remove(name: KeyName): Promise<void> {
    this.#seeds.delete(name)
  }
}

/** What is known of the past of the data directory. */
export interface DirectoryPast {
  /** Whether the newest write that was ever acknowledged is surely in the store. */
  readonly isLastWriteProven: boolean
  /** To be stored in one batch with a new incarnation. */
  readonly settleProof: readonly StoreOperation[]
}

/**
 * Reads who the node is, or founds a network of its own when the store is new.
 *
 * A directory that cannot prove that it holds its own last write may be a copy, a
 * restored backup or a cloned machine. It goes on under a new incarnation, so
 * that no two of them ever write the same place of a chain.
 */
export async function openIdentity(components: IdentityComponents, past: DirectoryPast): Promise<Identity> {
  const { store, random, keyring } = components
  const genesis = readGenesis(store)
  if (genesis === undefined) return found(components, DeviceKey.fromSeed(await keyring.seed('device')))
  const seed = await keyring.find('device')
  if (seed === undefined) throw deviceKeyMissing()
  const key = DeviceKey.fromSeed(seed)
  const expected = ownDevice(store) ?? genesis.firstDevice
  if (key.deviceId !== expected) throw deviceKeyForeign(key.deviceId, expected)
  const fingerprintKey = readFingerprintKey(store)
  const known = unlessDamaged(() => Number(store.getTextSync(keys.meta('incarnation'))), undefined)
  const isKnown = known !== undefined && past.isLastWriteProven
  const incarnation = isKnown ? known : drawIncarnation(random, known)
  if (incarnation !== known) await store.batch([putIncarnation(incarnation), ...past.settleProof], { sync: true })
  return { key, genesis, network: networkOf(genesis), fingerprintKey, incarnation }
}

/** Absent where this very device founded the network, as directories of earlier versions all did. */
function ownDevice(store: OrderedStore): DeviceId | undefined {
  const stored = indispensable('identity', () => store.getTextSync(keys.meta('identity')))
  return stored === undefined ? undefined : deviceId(stored)
}

/** What a device was told when it was let into a network. */
export interface JoinedNetwork {
  readonly genesis: Genesis
  readonly fingerprintKey: Uint8Array
}

/**
 * Makes sure that a store may join a network: it is new, or has joined that very
 * one before (`true`). A store that founded a network and holds nothing of it may change.
 */
export async function assertMayJoin(store: OrderedStore, network: NetworkId): Promise<boolean> {
  const genesis = readGenesis(store)
  if (genesis === undefined) return false
  if (networkOf(genesis) === network) return true
  for (const family of ['log', 'policy', 'invitation'] as const) {
    for await (const chunk of store.scanKeys({ ...keys.family(family), limit: 1 })) {
      if (chunk.length > 0) throw directoryUsed(networkOf(genesis))
    }
  }
  return false
}

/** The records of a joined network, for one batch with what else the joiner was told. */
export function joinOperations(
  { genesis, fingerprintKey }: JoinedNetwork,
  { device, random }: { device: DeviceId; random: Random }
): StoreOperation[] {
  return [
    { type: 'put', key: keys.meta('genesis'), value: encodeGenesis(genesis) },
    { type: 'put', key: keys.meta('fingerprint-key'), value: bytesToHex(fingerprintKey) },
    { type: 'put', key: keys.meta('identity'), value: device },
    putIncarnation(drawIncarnation(random, 0))
  ]
}

function directoryUsed(network: NetworkId): HcfsError {
  return new HcfsError(
    'JOIN_DIRECTORY_USED',
    'The data directory belongs to another network and holds something of it. Join with an empty one: --dir NEW',
    { details: { network } }
  )
}

/** `undefined` in a new store. It is written together with the others, so that one of them alone is damage. */
function readGenesis(store: OrderedStore): Genesis | undefined {
  const stored = indispensable('genesis', () => store.getSync(keys.meta('genesis')))
  if (stored !== undefined) return indispensable('genesis', () => decodeGenesis(stored))
  const isNew = unlessDamaged(() => store.getSync(keys.meta('fingerprint-key')) === undefined, false)
  if (isNew) return undefined
  throw directoryDamaged('genesis')
}

function readFingerprintKey(store: OrderedStore): Uint8Array {
  const text = indispensable('fingerprint-key', () => store.getTextSync(keys.meta('fingerprint-key')))
  if (text === undefined) throw directoryDamaged('fingerprint-key')
  return hexToBytes(text)
}

/** A new life of the directory, on the disk when this resolves: under the one before nothing may be signed any more. */
export async function renewIncarnation(
  { store, random }: Pick<IdentityComponents, 'store' | 'random'>,
  known: number
): Promise<number> {
  const incarnation = drawIncarnation(random, known)
  await store.batch([putIncarnation(incarnation)], { sync: true })
  return incarnation
}

async function found({ store, clock, random, keyring }: IdentityComponents, key: DeviceKey): Promise<Identity> {
  const genesis: Genesis = {
    ownerKey: DeviceKey.fromSeed(await keyring.seed('owner')).deviceId,
    recoveryKey: DeviceKey.fromSeed(await keyring.seed('recovery')).deviceId,
    firstDevice: key.deviceId,
    nonce: random.bytes(NONCE_BYTES),
    createdAtMs: clock.now()
  }
  const fingerprintKey = random.bytes(FINGERPRINT_KEY_BYTES)
  const incarnation = drawIncarnation(random, 0)
  const operations: StoreOperation[] = [
    { type: 'put', key: keys.meta('genesis'), value: encodeGenesis(genesis) },
    { type: 'put', key: keys.meta('fingerprint-key'), value: bytesToHex(fingerprintKey) },
    putIncarnation(incarnation)
  ]
  await store.batch(operations, { sync: true })
  return { key, genesis, network: networkOf(genesis), fingerprintKey, incarnation }
}

/** A new key would be another device, which nothing in the store belongs to. */
function deviceKeyMissing(): HcfsError {
  return new HcfsError(
    'KEY_FILE_MISSING',
    'The data directory has contexts but no device.key, so nothing more can be signed. Put the file back, or restore a backup'
  )
}

/** Its commits would be void on every node, and what the store holds would no longer be this node's own. */
function deviceKeyForeign(found: DeviceId, expected: DeviceId): HcfsError {
  return new HcfsError(
    'KEY_FILE_FOREIGN',
    'device.key belongs to another device than the one that wrote here. Put the right file back, or restore a backup',
    { details: { found, expected } }
  )
}

function putIncarnation(incarnation: number): StoreOperation {
  return { type: 'put', key: keys.meta('incarnation'), value: String(incarnation) }
}

function drawIncarnation(random: Random, other: number | undefined): number {
  const bytes = random.bytes(INCARNATION_BYTES)
  const drawn = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return drawn === other ? drawIncarnation(random, other) : drawn
}
