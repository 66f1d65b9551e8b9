import type { ContextPath, DeviceId, DocId } from '@hcfs/core'
import { docId, hashCbor, hashCborHex, idToBytes, sha256 } from '@hcfs/core'

/** Who writes: a device and one life of its data directory. */
export interface Writer {
  readonly author: DeviceId
  /** uint32; a new one is drawn when the directory may have been copied or restored. */
  readonly incarnation: number
}

/** Everything the client id of an edit is derived from. */
export interface ClientIdSource extends Writer {
  readonly docId: DocId
  /** uint16; 0 is the usual one. */
  readonly session: number
}

export const SESSION_MAX = 0xffff
export const INCARNATION_MAX = 0xffff_ffff

/** Below this, ids belong to editors: they draw theirs as uint32. */
const CLIENT_ID_MIN = 2 ** 32
const WRITER_TAG_BYTES = 12
const WRITER_TAGS_KEPT_MAX = 1_024
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const utf8 = new TextEncoder()
const writerTags = new Map<string, string>()

/** Every machine that writes at one path of one space writes the same document. */
export function documentIdOf(space: ContextPath, path: ContextPath): DocId {
  return docId(hashCborHex(['hcfs/doc/1', space, path]))
}

/**
 * Names a writer inside the keys of a document. 96 bits of a hash instead of the
 * device id: the id is 64 characters, more than most fields, and passing for
 * another writer would take a second preimage, 2^96 attempts.
 */
export function writerTag({ author, incarnation }: Writer): string {
  // A document's keys name few writers, and every field written asks for one.
  const cacheKey = `${author}${incarnation}`
  const known = writerTags.get(cacheKey)
  if (known !== undefined) return known
  assertUint(incarnation, INCARNATION_MAX, 'An incarnation')
  const tag = toBase64Url(hashCbor(['hcfs/writer/1', idToBytes(author), incarnation]).subarray(0, WRITER_TAG_BYTES))
  if (writerTags.size >= WRITER_TAGS_KEPT_MAX) writerTags.clear()
  writerTags.set(cacheKey, tag)
  return tag
}

/** The only Yjs client id that `author` may write under in this session; every receiver computes it again. */
export function clientIdOf({ author, docId, incarnation, session }: ClientIdSource): number {
  assertUint(incarnation, INCARNATION_MAX, 'An incarnation')
  assertUint(session, SESSION_MAX, 'A session')
  return clientIdFrom(hashCborHex(['hcfs/client/1', idToBytes(author), idToBytes(docId), incarnation, session]))
}

/**
 * The client id of a context's first body. It depends on the text and not on the
 * writer, so two machines that import the same file write the same structs, and
 * the text does not double when they meet. Takes the text or its UTF-8.
 */
export function textClientIdOf(docId: DocId, body: string | Uint8Array): number {
  const bytes = typeof body === 'string' ? utf8.encode(body) : body
  return clientIdFrom(hashCborHex(['hcfs/client/text', idToBytes(docId), sha256(bytes)]))
}

/**
 * 53 bits: the first 7 bytes as a big-endian number without its top 3 bits. A
 * result below 2^32 (one in two million) is moved up by 2^32, so that no id of a
 * node looks like the id of an editor.
 */
function clientIdFrom(hash: string): number {
  const id = (hexNumber(hash, 0, 1) & 0x1f) * 2 ** 48 + hexNumber(hash, 1, 7)
  return id < CLIENT_ID_MIN ? id + CLIENT_ID_MIN : id
}

/** Of some bytes of a hash, which as text costs less than as bytes. */
function hexNumber(hash: string, fromByte: number, toByte: number): number {
  return Number.parseInt(hash.slice(2 * fromByte, 2 * toByte), 16)
}

function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const group = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!
    for (let shift = 18; shift >= 0; shift -= 6) text += BASE64URL[(group >> shift) & 0x3f]
  }
  return text
}

function assertUint(value: number, max: number, what: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return
  throw new TypeError(`${what} is a whole number from 0 to ${max}, not ${value}`)
}
