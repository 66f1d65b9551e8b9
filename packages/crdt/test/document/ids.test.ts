import { deviceId, docId, encodeCbor, idToBytes, parsePath, sha256, sha256Hex } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientIdOf, documentIdOf, textClientIdOf, writerTag } from '../../src/document/ids.ts'

const author = deviceId('ab'.repeat(32))
const context = docId('cd'.repeat(32))

/** The first 53 of the first 56 bits, as the design page words it. */
function first53Bits(hash: Uint8Array): number {
  return Number(BigInt(`0x${Buffer.from(hash.subarray(0, 7)).toString('hex')}`) & (2n ** 53n - 1n))
}

describe('a document id', () => {
  test('is the hash of a canonical array of the space and the path', () => {
    const expected = sha256Hex(encodeCbor(['hcfs/doc/1', '/team', '/team/notes']))
    expect(documentIdOf(parsePath('/team'), parsePath('/team/notes'))).toBe(expected)
  })

  test('differs for the same path in another space', () => {
    expect(documentIdOf(parsePath('/'), parsePath('/a'))).not.toBe(documentIdOf(parsePath('/a'), parsePath('/a')))
  })
})

describe('a writer tag', () => {
  test('is the first 96 bits of the hash of author and incarnation, as base64url', () => {
    const hash = sha256(encodeCbor(['hcfs/writer/1', idToBytes(author), 7]))
    expect(writerTag({ author, incarnation: 7 })).toBe(Buffer.from(hash.subarray(0, 12)).toString('base64url'))
  })

  test('is another one for every incarnation, also after many others were asked for', () => {
    const tags = Array.from({ length: 3_000 }, (_, incarnation) => writerTag({ author, incarnation }))
    expect(new Set(tags).size).toBe(3_000)
    expect(writerTag({ author, incarnation: 0 })).toBe(tags[0])
  })

  test('refuses an incarnation that is not a uint32', () => {
    for (const incarnation of [-1, 2 ** 32, 0.5, Number.NaN]) {
      expect(() => writerTag({ author, incarnation })).toThrow(TypeError)
    }
  })
})

describe('a client id', () => {
  test('is the first 53 bits of the hash of all it is derived from', () => {
    const hash = sha256(encodeCbor(['hcfs/client/1', idToBytes(author), idToBytes(context), 7, 3]))
    expect(clientIdOf({ author, docId: context, incarnation: 7, session: 3 })).toBe(first53Bits(hash))
  })

  test('of a first body is that of the document and the text, whoever writes it', () => {
    const hash = sha256(encodeCbor(['hcfs/client/text', idToBytes(context), sha256(Buffer.from('hällo'))]))
    expect(textClientIdOf(context, 'hällo')).toBe(first53Bits(hash))
  })

  test('is never one that an editor could draw', () => {
    // Found by search: one session in two million begins with so many zero bits.
    const low = { author: deviceId('00'.repeat(32)), docId: context, incarnation: 8, session: 7_089 }
    const hash = sha256(
      encodeCbor(['hcfs/client/1', idToBytes(low.author), idToBytes(context), low.incarnation, low.session])
    )
    expect(first53Bits(hash)).toBeLessThan(2 ** 32)
    expect(clientIdOf(low)).toBe(first53Bits(hash) + 2 ** 32)
  })

  test('refuses a session that is not a uint16', () => {
    expect(() => clientIdOf({ author, docId: context, incarnation: 0, session: 65_536 })).toThrow(TypeError)
  })

  test('is a safe integer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (bytes, body) => {
        expect(Number.isSafeInteger(textClientIdOf(docId(bytes), body))).toBe(true)
      })
    )
  })
})
