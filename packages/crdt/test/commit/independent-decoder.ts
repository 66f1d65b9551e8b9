import { createHash, createPublicKey, verify } from 'node:crypto'

/*
 * A second reader of commits, written from docs/reference/commit-format.md and
 * RFC 8949 alone. It uses nothing of the packages, so a mistake made there is not
 * made here as well. It trusts that the bytes are canonical.
 */

export type Value = null | number | string | Buffer | Value[]

export interface ReadCommit {
  readonly id: string
  readonly header: Record<string, unknown>
  readonly entries: readonly Record<string, unknown>[]
  readonly isRootRight: boolean
  readonly isSignatureRight: boolean
}

export function readCommit(bytes: Uint8Array): ReadCommit {
  const [headerBytes, signature, entries] = listOf(readValue(bytes)) as [Buffer, Buffer, Buffer[]]
  return {
    ...readSigned(headerBytes, signature),
    entries: entries.map(readEntry),
    isRootRight: readHeader(headerBytes)['entriesRoot'] === rootOf(entries).toString('hex')
  }
}

export function readEntryProof(bytes: Uint8Array): Omit<ReadCommit, 'entries'> & { entry: unknown; index: number } {
  const [, headerBytes, signature, index, entry, siblings] = listOf(readValue(bytes)) as [
    string,
    Buffer,
    Buffer,
    number,
    Buffer,
    Buffer[]
  ]
  const header = readHeader(headerBytes)
  const root = climb(hash(0, entry), { index, count: header['entryCount'] as number, siblings })
  return {
    ...readSigned(headerBytes, signature),
    index,
    entry: readEntry(entry),
    isRootRight: root.toString('hex') === header['entriesRoot']
  }
}

export function readEquivocationProof(bytes: Uint8Array): Pick<ReadCommit, 'id' | 'header' | 'isSignatureRight'>[] {
  const [, ...signed] = listOf(readValue(bytes)) as [string, [Buffer, Buffer], [Buffer, Buffer]]
  return signed.map(([headerBytes, signature]) => readSigned(headerBytes, signature))
}

function readSigned(headerBytes: Buffer, signature: Buffer): Pick<ReadCommit, 'id' | 'header' | 'isSignatureRight'> {
  const header = readHeader(headerBytes)
  const x = Buffer.from(String(header['author']), 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  // An array of two byte strings; the header is longer than 255 bytes, or shorter.
  const head = headerBytes.length > 255 ? [0x59, headerBytes.length >> 8] : [0x58]
  const preimage = [
    Buffer.from([0x82, ...head, headerBytes.length & 255]),
    headerBytes,
    Buffer.from([0x58, 64]),
    signature
  ]
  return {
    id: createHash('sha256').update(Buffer.concat(preimage)).digest('hex'),
    header,
    isSignatureRight: verify(null, headerBytes, key, signature)
  }
}

function readHeader(bytes: Buffer): Record<string, unknown> {
  const [tag, network, space, author, incarnation, seq, prev, epoch, hlc, entriesRoot, entryCount, keyEpoch, note] =
    listOf(readValue(bytes))
  if (tag !== 'hcfs/commit/1') throw new Error('not a header of format 1')
  const fixed = { network, space, author, incarnation, seq, epoch, hlc, entriesRoot, entryCount }
  return readable({ ...fixed, prev, keyEpoch, note })
}

function readEntry(bytes: Buffer): Record<string, unknown> {
  const [path, kind, grant, deps, clients, about, payloadHash, payloadBytes, by, note] = listOf(readValue(bytes))
  const ranges = listOf(clients).map((range) => {
    const [session, clock, len] = listOf(range)
    return { session: session ?? 'text', clock, len }
  })
  const kindName = ['update', 'delete', 'undelete', 'expire'][Number(kind)]
  const fixed = { path, kind: kindName, grant, deps: listOf(deps), clients: ranges, payloadBytes }
  return readable({ ...fixed, about, payloadHash, by: by === null ? null : readBy(by), note })
}

function readBy(value: Value | undefined): Record<string, unknown> {
  const [agent, run, origin] = listOf(value)
  const originName = origin === null ? null : ['user', 'model', 'tool', 'import'][Number(origin)]
  return readable({ agent, run, origin: originName })
}

/** Hashes as hexadecimal text, and without what is null. */
function readable(values: Record<string, unknown>): Record<string, unknown> {
  const text = (value: unknown): unknown => {
    if (Buffer.isBuffer(value)) return value.toString('hex')
    return Array.isArray(value) ? value.map(text) : value
  }
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, text(value)])
  )
}

/** From above: the largest power of two that is smaller than the number of leaves goes to the left. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return hash(0, leaves[0]!)
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return hash(1, rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)))
}

/** The same from above: which side the leaf is on, and what the other side's hash is, which is the last sibling. */
function climb(leaf: Buffer, { index, count, siblings }: { index: number; count: number; siblings: Buffer[] }): Buffer {
  if (count === 1) return leaf
  const left = 2 ** Math.ceil(Math.log2(count) - 1)
  const [below, other] = [siblings.slice(0, -1), siblings.at(-1)!]
  if (index < left) return hash(1, climb(leaf, { index, count: left, siblings: below }), other)
  return hash(1, other, climb(leaf, { index: index - left, count: count - left, siblings: below }))
}

function hash(prefix: number, ...parts: Buffer[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from([prefix]), ...parts]))
    .digest()
}

function listOf(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value
  throw new Error('not an array')
}

function readValue(bytes: Uint8Array): Value {
  const buffer = Buffer.from(bytes)
  let offset = 0
  const take = (count: number): Buffer => {
    offset += count
    return buffer.subarray(offset - count, offset)
  }
  const read = (): Value => {
    const [initial = 0] = take(1)
    const info = initial & 31
    const argument = info < 24 ? info : Number(BigInt(`0x${take(2 ** (info - 24)).toString('hex')}`))
    switch (initial >> 5) {
      case 0:
        return argument
      case 2:
        return take(argument)
      case 3:
        return take(argument).toString('utf8')
      case 4:
        return Array.from({ length: argument }, read)
      default:
        if (initial === 0xf6) return null
        throw new Error(`a value that no commit holds, at ${offset}`)
    }
  }
  return read()
}
