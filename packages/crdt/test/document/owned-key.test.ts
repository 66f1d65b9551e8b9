import { deviceId } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyOwner, ownedKey, parseOwnedKey } from '../../src/document/owned-key.ts'

const writer = { author: deviceId('ab'.repeat(32)), incarnation: 1 }
const { tag } = keyOwner(writer, 0)

describe('an owned key', () => {
  test('is the name, NUL and the writer', () => {
    expect(ownedKey('/status', keyOwner(writer, 0))).toBe(`/status\u0000${tag}`)
  })

  test('names the session too unless it is the usual one', () => {
    expect(ownedKey('/status', keyOwner(writer, 12))).toBe(`/status\u0000${tag}.12`)
  })

  test('gives back name and owner when it is read', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(65_535), (name, session) => {
        const owner = keyOwner(writer, session)
        expect(parseOwnedKey(ownedKey(name, owner))).toEqual({ name, owner })
      })
    )
  })

  test.each([
    ['has no owner', '/status'],
    ['has an owner of another length', `/status\u0000${tag}x`],
    ['spells session 0', `/status\u0000${tag}.0`],
    ['spells a session with a leading zero', `/status\u0000${tag}.01`],
    ['has a session above a uint16', `/status\u0000${tag}.65536`],
    ['has characters that no writer has', `/status\u0000${'+'.repeat(16)}`]
  ])('is refused when it %s', (_reason, key) => {
    expect(parseOwnedKey(key)).toBeUndefined()
  })
})
