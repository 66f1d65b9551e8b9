import type { CborValue, ContextPath, DeviceId, NetworkId, ParkedStatus } from '@hcfs/core'
import {
  commitId,
  compareCodePoints,
  decodeCbor,
  deviceId,
  encodeCbor,
  FORMAT_LIMITS,
  HcfsError,
  ID_BYTES,
  idToBytes,
  networkId,
  parseCanonicalPath
} from '@hcfs/core'
import type { ChainTip, DeviceKey, SignatureVerifier } from '@hcfs/crdt'
import { INCARNATION_MAX, SIGNATURE_BYTES } from '@hcfs/crdt'

/** What keeps a replica from holding more, as it says itself. */
export interface ReplicaStanding {
  readonly parked: readonly ParkedStatus[]
  readonly isDiskFull: boolean
  /** Commits that it holds and that have no effect. */
  readonly voidCount: number
}

/** What a member has on its disk of one space. */
export interface Frontier {
  readonly network: NetworkId
  readonly member: DeviceId
  readonly space: ContextPath
  /** Microseconds since the epoch by the member's clock; grows from one frontier to the next. */
  readonly at: number
  /** False for one of several parts: chains that it does not name are as the others say. */
  readonly isWhole: boolean
  /** Ascending. A chain that forked has one for each branch. */
  readonly tips: readonly ChainTip[]
  readonly standing: ReplicaStanding
}

export interface SignedFrontier extends Frontier {
  /** As it travels. */
  readonly encoded: Uint8Array
}

export const CALM: ReplicaStanding = { parked: [], isDiskFull: false, voidCount: 0 }
export const STANDING_AUTHORS_MAX = 64
export const FRONTIER_BYTES_MAX: number = 128 * 1_024

const TAG = 'hcfs/frontier/1'
const REASONS = ['parent', 'payload', 'policy', 'clock-ahead'] as const satisfies ParkedStatus['reason'][]

export function signFrontier(frontier: Frontier, key: DeviceKey): SignedFrontier {
  const { network, member, space, at, isWhole, tips, standing } = frontier
  if (member !== key.deviceId) throw new TypeError('A frontier is signed by the member that it speaks of')
  const parked = standing.parked.slice(0, STANDING_AUTHORS_MAX)
  const body = encodeCbor([
    TAG,
    idToBytes(network),
    idToBytes(member),
    space,
    at,
    isWhole,
    tips.map((tip) => [idToBytes(tip.author), tip.incarnation, tip.seq, idToBytes(tip.id)]),
    parked.map(({ author, count, reason }) => [idToBytes(author), count, reason]),
    standing.isDiskFull,
    standing.voidCount
  ])
  return { ...frontier, standing: { ...standing, parked }, encoded: encodeCbor([body, key.sign(body)]) }
}

/** Reads what a peer sent. The signature is not looked at: only `isSignedByMember` does that. */
export function decodeFrontier(encoded: Uint8Array): SignedFrontier {
  const [body] = openEnvelope(encoded)
  const values = list(decoded(body), 'frontier', 10)
  if (values[0] !== TAG) throw invalid(`it is not a ${TAG}`)
  const [, network, member, space, at, isWhole, tips, parked, isDiskFull, voidCount] = values
  return {
    network: networkId(idBytes(network, 'network')),
    member: deviceId(idBytes(member, 'member')),
    space: readPath(space),
    at: whole(at, 'at'),
    isWhole: flag(isWhole, 'isWhole'),
    tips: readTips(tips),
    standing: {
      parked: limited(parked, 'parked', STANDING_AUTHORS_MAX).map(readParked),
      isDiskFull: flag(isDiskFull, 'isDiskFull'),
      voidCount: whole(voidCount, 'voidCount')
    },
    encoded
  }
}

export function isSignedByMember({ member, encoded }: SignedFrontier, verifier: SignatureVerifier): boolean {
  const [body, signature] = openEnvelope(encoded)
  return verifier.verify(member, body, signature)
}

export function compareTips(left: ChainTip, right: ChainTip): number {
  return (
    compareCodePoints(left.author, right.author) ||
    left.incarnation - right.incarnation ||
    left.seq - right.seq ||
    compareCodePoints(left.id, right.id)
  )
}

export function invalid(problem: string, cause?: unknown): HcfsError {
  return new HcfsError('ACKNOWLEDGEMENT_INVALID', `What a peer sent is no acknowledgement: ${problem}; drop it`, {
    cause
  })
}

/** `decodeCbor`, with the code of this format. */
export function decoded(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes)
  } catch (error) {
    throw invalid('it is not canonical CBOR', error)
  }
}

export function list(value: CborValue | undefined, what: string, length: number): readonly CborValue[] {
  const values = limited(value, what, length)
  if (values.length !== length) throw invalid(`${what} has ${values.length} values instead of ${length}`)
  return values
}

export function limited(value: CborValue | undefined, what: string, max: number): readonly CborValue[] {
  if (!Array.isArray(value)) throw invalid(`${what} is not an array`)
  if (value.length > max) throw invalid(`${what} has ${value.length} values, and at most ${max} are allowed`)
  return value
}

export function whole(value: CborValue | undefined, what: string, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value
  throw invalid(`${what} is not a whole number from 0 to ${max}`)
}

export function readPath(value: CborValue | undefined): ContextPath {
  if (typeof value !== 'string') throw invalid('space is not text')
  try {
    return parseCanonicalPath(value)
  } catch (error) {
    throw invalid('space is not a canonical path', error)
  }
}

function openEnvelope(encoded: Uint8Array): readonly [body: Uint8Array, signature: Uint8Array] {
  if (encoded.length > FRONTIER_BYTES_MAX) throw invalid(`it has more than ${FRONTIER_BYTES_MAX} bytes`)
  const [body, signature] = list(decoded(encoded), 'envelope', 2)
  if (!(body instanceof Uint8Array)) throw invalid('its body is not a byte string')
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES) {
    throw invalid(`its signature does not have ${SIGNATURE_BYTES} bytes`)
  }
  return [body, signature]
}

function readTips(value: CborValue | undefined): ChainTip[] {
  const tips = limited(value, 'tips', FORMAT_LIMITS.frontierChainsMax).map(readTip)
  for (const [index, tip] of tips.entries()) {
    const before = tips[index - 1]
    if (before !== undefined && compareTips(before, tip) >= 0) throw invalid('tips are not in ascending order')
  }
  return tips
}

function readTip(value: CborValue): ChainTip {
  const [author, incarnation, seq, id] = list(value, 'tip', 4)
  const place = whole(seq, 'seq')
  if (place === 0) throw invalid('seq is 0')
  return {
    author: deviceId(idBytes(author, 'author')),
    incarnation: whole(incarnation, 'incarnation', INCARNATION_MAX),
    seq: place,
    id: commitId(idBytes(id, 'id'))
  }
}

function readParked(value: CborValue): ParkedStatus {
  const [author, count, name] = list(value, 'parked', 3)
  const reason = REASONS.find((each) => each === name)
  if (reason === undefined) throw invalid('a reason for parking is unknown')
  return { author: deviceId(idBytes(author, 'author')), count: whole(count, 'count'), reason }
}

function idBytes(value: CborValue | undefined, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === ID_BYTES) return value
  throw invalid(`${what} is not ${ID_BYTES} bytes long`)
}

function flag(value: CborValue | undefined, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(`${what} is neither true nor false`)
}
