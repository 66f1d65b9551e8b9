import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ticket } from '../../src/policy/ticket.ts'
import { encodeTicket, parseTicket } from '../../src/policy/ticket.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import { KEYS, NETWORK } from './network.ts'

const sample: Ticket = {
  network: NETWORK,
  issuer: KEYS.ada.deviceId,
  addresses: ['/dns4/ada.example/tcp/4001', '/ip4/192.0.2.7/tcp/4001'],
  secret: Uint8Array.from({ length: 16 }, (_, index) => index)
}
const text = encodeTicket(sample)
const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

const arbitraryTicket: fc.Arbitrary<Ticket> = fc.record({
  network: fc.constant(NETWORK),
  issuer: fc.constantFrom(...Object.values(KEYS).map(({ deviceId }) => deviceId)),
  addresses: fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 16 }),
  secret: fc.uint8Array({ minLength: 16, maxLength: 16 })
})

test('a ticket is read as it was written', () => {
  fc.assert(
    fc.property(arbitraryTicket, (ticket) => {
      expect(parseTicket(encodeTicket(ticket))).toEqual(ticket)
    })
  )
})

test('a ticket is one word of small letters and digits', () => {
  expect(text).toMatch(/^hcfs1[a-z0-9]+$/)
})

test('capitals, line breaks and space around a ticket do no harm', () => {
  expect(parseTicket(` ${text.toUpperCase().replace(/(.{40})/g, '$1\r\n  ')}\n`)).toEqual(sample)
})

describe('a wrong ticket', () => {
  test('that was cut off is told from a mistyped one, wherever it was cut', () => {
    for (let length = 'hcfs1'.length; length < text.length; length += 1) {
      expect(refusalOf(() => parseTicket(text.slice(0, length)))).toBe('TICKET_TRUNCATED')
    }
  })

  test('with any one letter changed is mistyped, apart from those in front', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: text.length - 1 }), fc.constantFrom(...LETTERS), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1)
        if (changed === text) return
        // One in 32 wrong lengths looks right; then the text seems to be too short.
        const codes = at < 9 ? ['TICKET_MISTYPED', 'TICKET_TRUNCATED'] : ['TICKET_MISTYPED']
        expect(codes).toContain(refusalOf(() => parseTicket(changed)))
      })
    )
  })

  test('with another length is mostly told from one that was cut off', () => {
    const codes = [...LETTERS].map((letter) => refusalOf(() => parseTicket(text.slice(0, 6) + letter + text.slice(7))))
    expect(codes.filter((code) => code === 'TICKET_MISTYPED').length).toBeGreaterThan(25)
  })

  test.each([
    ['with a letter that there is not', `${text.slice(0, 20)}b${text.slice(21)}`, 'TICKET_MISTYPED'],
    ['with two letters exchanged', text.slice(0, 30) + text[31] + text[30] + text.slice(32), 'TICKET_MISTYPED'],
    ['with a letter more', `${text}q`, 'TICKET_MISTYPED'],
    ['of something else', 'lnbc1qpzry9x8', 'TICKET_FOREIGN'],
    ['of a newer format', text.replace('hcfs1', 'hcfs2'), 'TICKET_FOREIGN'],
    ['of nothing', '', 'TICKET_FOREIGN']
  ])('%s is refused', (_, wrong, code) => {
    expect(refusalOf(() => parseTicket(wrong))).toBe(code)
  })

  test('is not written', () => {
    expect(refusalOf(() => encodeTicket({ ...sample, addresses: Array(17).fill('x') }))).toBe('POLICY_TOO_LARGE')
    expect(refusalOf(() => encodeTicket({ ...sample, addresses: [''] }))).toBe('POLICY_MALFORMED')
    expect(() => encodeTicket({ ...sample, secret: new Uint8Array(15) })).toThrow(TypeError)
  })
})
