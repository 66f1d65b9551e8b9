import type { CommitId, DeviceId, Token } from '@hcfs/core'
import { commitId, decodeCbor, deviceId, encodeCbor, FORMAT_LIMITS, HcfsError, idToBytes } from '@hcfs/core'

/** One commit that a caller wrote or read. Causality implies everything before it. */
export interface TokenPoint {
  readonly author: DeviceId
  readonly incarnation: number
  readonly seq: number
  readonly id: CommitId
}

const DOMAIN = 'hcfs/token/1'
const TOKEN_PREFIX = 'hct1'
export const TOKEN_POINTS_MAX: number = FORMAT_LIMITS.tokenEntriesMax
/** Of the longest token there is, with room for longer numbers. */
const TOKEN_LENGTH_MAX = 16 * 1_024

/** Keeps the newest point of each chain; the oldest chains go first when there are too many. */
export function encodeToken(points: readonly TokenPoint[]): Token {
  const newest = new Map<string, TokenPoint>()
  for (const point of points) {
    const chain = `${point.author}/${point.incarnation}`
    const known = newest.get(chain)
    if (known === undefined || known.seq < point.seq) newest.set(chain, point)
  }
  const kept = [...newest.values()].slice(-TOKEN_POINTS_MAX)
  const rows = kept.map(({ author, incarnation, seq, id }) => [idToBytes(author), incarnation, seq, idToBytes(id)])
  return TOKEN_PREFIX + Buffer.from(encodeCbor([DOMAIN, rows])).toString('base64url')
}

export function decodeToken(token: Token): TokenPoint[] {
  if (!token.startsWith(TOKEN_PREFIX) || token.length > TOKEN_LENGTH_MAX) throw invalidToken()
  try {
    const value = decodeCbor(Buffer.from(token.slice(TOKEN_PREFIX.length), 'base64url'))
    if (!Array.isArray(value) || value[0] !== DOMAIN || !Array.isArray(value[1])) throw invalidToken()
    const rows: readonly unknown[] = value[1]
    if (rows.length > TOKEN_POINTS_MAX) throw invalidToken()
    return rows.map(pointFrom)
  } catch (error) {
    throw invalidToken(error)
  }
}

function pointFrom(row: unknown): TokenPoint {
  if (!Array.isArray(row) || row.length !== 4) throw invalidToken()
  const [author, incarnation, seq, id]: readonly unknown[] = row
  if (!(author instanceof Uint8Array) || !(id instanceof Uint8Array)) throw invalidToken()
  if (!isWhole(incarnation) || !isWhole(seq)) throw invalidToken()
  return { author: deviceId(author), incarnation, seq, id: commitId(id) }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function invalidToken(cause?: unknown): HcfsError {
  return new HcfsError('TOKEN_INVALID', 'This is not a token of HCFS; pass one exactly as a receipt gave it', { cause })
}
