import type { DraftOperation } from '@hcfs/core'
import { hybridTime } from '@hcfs/core'
import { describe, expect, test } from 'vitest'

import { ContextDocument } from '../../src/document/context-document.ts'
import type { Writer } from '../../src/document/ids.ts'
import type { EntryContext } from '../../src/validation/apply-validated.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import { imageOf } from './entry-history.ts'
import { ADA, BOB, bob, DOC, NOW } from './scene.ts'

interface Sent extends EntryContext {
  readonly payload: Uint8Array
}

const FIRST: DraftOperation = { kind: 'body.insert', at: 0, text: 'a file\n' }
const NOTE: DraftOperation = { kind: 'field.set', keys: ['note'], value: 'x' }

function edited(document: ContextDocument, writer: Writer, ...operations: DraftOperation[]): Sent {
  const origin = { writer, hlc: hybridTime(NOW + imageOf(document).clocks.length + 1) }
  const base = document.stateVector()
  const edit = document.edit(operations, origin)
  if (edit === undefined) throw new TypeError('The edit changed nothing')
  return { ...edit, ...origin, base }
}

function receive(document: ContextDocument, sent: Sent, scratchBytesMax?: number) {
  const options = scratchBytesMax === undefined ? {} : { scratchBytesMax }
  return applyValidated(document, sent.payload, { ...sent, ...options })
}

function begun(document: ContextDocument): ContextDocument {
  edited(document, ADA, FIRST)
  return document
}

/** A document that loses what it is given, as a bug would. */
function deaf(document: ContextDocument): ContextDocument {
  document.apply = () => {
    throw new RangeError('A bug')
  }
  return document
}

test('applies what an edit of somebody else says, and tells what it was', () => {
  const [here, there] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
  const { structs, length, deletes, sessions } = receive(here, edited(there, ADA, FIRST, NOTE))

  expect(imageOf(here)).toEqual(imageOf(there))
  expect(structs.map(({ place }) => place.root).sort()).toEqual(['body', 'fields'])
  expect({ length, deletes, sessions: [...sessions.values()].sort() }).toEqual({
    length: 8,
    deletes: [],
    sessions: [0, 'text']
  })
})

test('the same first body of two authors is there once', () => {
  const [here, there] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
  const [byAda, byBob] = [edited(here, ADA, FIRST), edited(there, BOB, FIRST, NOTE)]

  receive(here, byBob)
  receive(there, byAda)

  expect(here.content.body).toBe('a file\n')
  expect(imageOf(here)).toEqual(imageOf(there))
})

test('an update that is refused leaves no trace, with a scratch copy or without', () => {
  const [here, there] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
  receive(here, edited(there, ADA, FIRST))
  const before = here.encodeState()
  const sent = edited(there, ADA, NOTE)
  for (const scratchBytesMax of [0, 65_536]) {
    expect(() => receive(here, { ...sent, writer: BOB }, scratchBytesMax)).toThrow(
      expect.objectContaining({ code: 'UPDATE_CLIENT_UNDECLARED' })
    )
    expect(here.encodeState()).toEqual(before)
  }
})

test('an update is not applied before what its author had seen', () => {
  const [here, there] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
  edited(there, ADA, FIRST)
  const second = edited(there, ADA, NOTE)
  expect(() => receive(here, second)).toThrow(TypeError)
})

describe('two branches of one chain', () => {
  test('do not both enter a document, and the first one stays as it was', () => {
    const here = ContextDocument.empty(DOC)
    const one = edited(ContextDocument.empty(DOC), BOB, NOTE)
    const other = edited(ContextDocument.empty(DOC), BOB, { ...NOTE, value: 'y' })
    receive(here, one)

    expect(() => receive(here, other)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_CLOCK_TAKEN', details: { client: bob, session: 0, clock: 0 } })
    )
    expect(here.content.fields).toEqual({ note: 'x' })
  })
})

describe('when Yjs fails on a valid update', () => {
  // Not the first of its context: that one Yjs sees only when somebody looks into the document.
  const sent = edited(begun(ContextDocument.empty(DOC)), ADA, NOTE)

  test('says so', () => {
    const failure = { code: 'DOCUMENT_DAMAGED', details: { docId: DOC, payloadBytes: sent.payload.length } }
    expect(() => receive(deaf(begun(ContextDocument.empty(DOC))), sent)).toThrow(expect.objectContaining(failure))
  })

  test('a document that was tried on a copy is not touched', () => {
    const document = begun(ContextDocument.empty(DOC))
    let touched = 0
    document.apply = () => {
      touched += 1
    }
    const load = ContextDocument.load
    try {
      ContextDocument.load = () => deaf(ContextDocument.empty(DOC))
      expect(() => receive(document, sent)).toThrow(expect.objectContaining({ code: 'DOCUMENT_DAMAGED' }))
      expect(touched).toBe(0)
      receive(document, sent, 0)
      expect(touched).toBe(1)
    } finally {
      ContextDocument.load = load
    }
  })
})
