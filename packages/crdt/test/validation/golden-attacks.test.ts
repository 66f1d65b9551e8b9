import { readFileSync } from 'node:fs'
import type { DocId, ErrorCode, HybridTime } from '@hcfs/core'
import { hexToBytes } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { ClientRange } from '../../src/document/client-range.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Writer } from '../../src/document/ids.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'

type Clocks = readonly (readonly [number, number])[]

interface GoldenAttacks {
  readonly docId: DocId
  readonly writer: Writer
  readonly hlc: HybridTime
  readonly base: Clocks
  readonly document: string
  readonly attacks: readonly {
    readonly name: string
    readonly code: ErrorCode
    readonly clients: readonly ClientRange[]
    readonly base?: Clocks
    readonly payload: string
  }[]
}

/*
 * A verdict holds for ever. When a test here fails, nodes of this version would
 * disagree with older ones about what is void: the code is wrong and not the
 * file, which is never made anew.
 */
const FILE = new URL('../../../../fixtures/attacks/update-attacks.json', import.meta.url)
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as GoldenAttacks

test.each(golden.attacks)('$name is refused with $code, as ever', ({ code, clients, base = golden.base, payload }) => {
  const { docId, writer, hlc } = golden
  const document = ContextDocument.load(docId, { encoding: 'v1', bytes: hexToBytes(golden.document) })
  const context = { writer, hlc, clients, base: new Map(base) }
  expect(() => applyValidated(document, hexToBytes(payload), context)).toThrow(expect.objectContaining({ code }))
})
