import { readFileSync } from 'node:fs'
import type { ContextContent, DeviceId, DocId, DraftOperation, HybridTime } from '@hcfs/core'
import { bytesToHex, canonicalContent, hexToBytes, parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { ClientRange } from '../../src/document/client-range.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import { documentIdOf } from '../../src/document/ids.ts'

interface GoldenEdit {
  readonly author: DeviceId
  readonly incarnation: number
  readonly hlc: HybridTime
  /** The edit was made against the version before the edit of this number. */
  readonly base?: number
  readonly operations: readonly DraftOperation[]
  readonly clients: readonly ClientRange[]
  readonly payload: string
}

interface GoldenDocument {
  readonly space: string
  readonly path: string
  readonly docId: DocId
  readonly edits: readonly GoldenEdit[]
  readonly content: ContextContent
  readonly canonical: string
  readonly stateV1: string
  readonly stateV2: string
}

/*
 * These bytes stand for what nodes have stored and sent. When a test here fails,
 * the code is wrong and not the file, which is never made anew. Only the last
 * test may have to go with a new Yjs: bytes that others wrote must be read, but
 * may be written differently.
 */
const FILE = new URL('../../../../fixtures/documents/two-writers.json', import.meta.url)
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as GoldenDocument

test('the document has the id that its space and path give', () => {
  expect(documentIdOf(parsePath(golden.space), parsePath(golden.path))).toBe(golden.docId)
})

test('updates of old are read as what they said', () => {
  const document = ContextDocument.empty(golden.docId)
  for (const { payload } of golden.edits) document.apply(hexToBytes(payload))
  expect(JSON.stringify(document.content)).toBe(JSON.stringify(golden.content))
})

test.each(['v1', 'v2'] as const)('a document that was stored as %s is read as what it was', (encoding) => {
  const bytes = hexToBytes(encoding === 'v1' ? golden.stateV1 : golden.stateV2)
  expect(ContextDocument.load(golden.docId, { encoding, bytes }).content).toEqual(golden.content)
})

test('the content has the canonical bytes it had', () => {
  expect(bytesToHex(canonicalContent(golden.content))).toBe(golden.canonical)
})

test('the same edits are written with the same bytes', () => {
  const document = ContextDocument.empty(golden.docId)
  const versions: ContextDocument[] = []
  for (const { author, incarnation, hlc, base, operations, clients, payload } of golden.edits) {
    versions.push(document.copy())
    const origin = { writer: { author, incarnation }, hlc }
    const version = base === undefined ? undefined : versions[base]
    const edit = version ? document.editFrom(version, operations, origin) : document.edit(operations, origin)
    expect(edit?.clients).toEqual(clients)
    expect(bytesToHex(edit!.payload)).toBe(payload)
  }
  expect(bytesToHex(document.encodeState('v2').bytes)).toBe(golden.stateV2)
})
