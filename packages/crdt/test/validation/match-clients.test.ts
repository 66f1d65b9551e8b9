import { describe, expect, test } from 'vitest'
import { textClientIdOf } from '../../src/document/ids.ts'
import type { UpdateContext } from '../../src/validation/validate-update.ts'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import { contextOf } from './attacks/attacks.ts'
import { ADAS_WRITES, adasContext, clientOf, DOC, LETTERS, MALLORY, mallory, written } from './scene.ts'
import type { WrittenStruct } from './write-update.ts'
import { holding, writeUpdate } from './write-update.ts'

const TEXT = 'first'
const textClient = textClientIdOf(DOC, TEXT)
const letter: WrittenStruct = { content: holding.text('x'), origin: LETTERS.c }
const asText = { session: 'text', clock: 0, len: TEXT.length } as const
const asSession = (session: number, len = 1) => ({ session, clock: 0, len })

function validate(
  clients: UpdateContext['clients'],
  ...sections: readonly { id: readonly [number, number]; structs: WrittenStruct[] }[]
) {
  const payload = writeUpdate({ sections: sections.toSorted((left, right) => right.id[0] - left.id[0]) })
  return validateUpdate(payload, contextOf({ context: { clients } }, adasContext()))
}

const bySession = (session: number) => ({ id: [clientOf(MALLORY, session), 0] as const, structs: [letter] })
const asFirst = (...structs: WrittenStruct[]) => ({ id: [textClient, 0] as const, structs })

describe('an author may write', () => {
  test('under the clients of several of its sessions', () => {
    const { sessions } = validate([asSession(0), asSession(7)], bySession(0), bySession(7))
    expect(new Map(sessions)).toEqual(
      new Map([
        [mallory, 0],
        [clientOf(MALLORY, 7), 7]
      ])
    )
  })

  test('a first body, and more in the same update', () => {
    const { sessions } = validate([asText, asSession(0)], asFirst({ content: holding.text(TEXT) }), bySession(0))
    expect(sessions.get(textClient)).toBe('text')
  })

  test('nothing, and delete', () => {
    const payload = written(mallory, ADAS_WRITES, (document) => document.getText('body').delete(0, 1))
    expect(validateUpdate(payload, contextOf({}, adasContext())).deletes).toHaveLength(1)
  })
})

describe('a declaration is wrong', () => {
  const wrong = expect.objectContaining({ code: 'UPDATE_DECLARATION_WRONG' })

  test.each<[string, UpdateContext['clients']]>([
    ['with too few clocks', [asSession(0, 0)]],
    ['with too many clocks', [asSession(0, 2)]],
    ['with another first clock', [{ session: 0, clock: 1, len: 1 }]],
    ['with a session twice', [asSession(0), asSession(0)]],
    ['with a session that writes nothing', [asSession(0), asSession(1)]],
    ['with a first body that is not there', [asSession(0), asText]]
  ])('%s', (_what, clients) => {
    expect(() => validate(clients, bySession(0))).toThrow(wrong)
  })
})

describe('a first body is', () => {
  const invalid = expect.objectContaining({ code: 'UPDATE_FIRST_TEXT_INVALID' })
  const first: WrittenStruct = { content: holding.text(TEXT) }

  test.each<[string, WrittenStruct[]]>([
    ['not in two pieces', [{ content: holding.text('fir') }, { content: holding.text('st'), origin: [textClient, 2] }]],
    ['not beside other text', [{ ...first, origin: LETTERS.c }]],
    ['not a deleted one', [{ content: holding.deleted(TEXT.length) }]],
    ['not in a map', [{ ...first, parent: 'fields', key: 'k' }]],
    ['not another text', [{ content: holding.text('other') }]]
  ])('%s', (_what, structs) => {
    expect(() => validate([asText], asFirst(...structs))).toThrow(invalid)
  })

  test('not followed by more under its id', () => {
    const more = { content: holding.text('!'), origin: [textClient, TEXT.length - 1] as const }
    expect(() => validate([{ ...asText, len: TEXT.length + 1 }], asFirst(first, more))).toThrow(invalid)
  })

  test('the only one of its entry', () => {
    const second = { id: [textClientIdOf(DOC, 'again'), 0] as const, structs: [{ content: holding.text('again') }] }
    const wrong = expect.objectContaining({ code: 'UPDATE_DECLARATION_WRONG' })
    expect(() => validate([asText, { ...asText, len: 5 }], asFirst(first), second)).toThrow(wrong)
  })

  test('written at its beginning, and whole', () => {
    const later = { id: [textClient, 1] as const, structs: [first] }
    expect(() => validate([{ ...asText, clock: 1 }], later)).toThrow(invalid)
  })
})
