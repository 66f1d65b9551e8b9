import type { ContextContent } from '@hcfs/core'
import { commitId, deviceId, docId, hybridTime, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonObject, link, tag, text } from '../../../../test/support/content-arbitraries.ts'
import type { ContextRow } from '../../src/replica/context-row.ts'
import { decodeRow, encodeRow } from '../../src/replica/context-row.ts'

const content: fc.Arbitrary<ContextContent> = fc.record({
  body: text,
  fields: jsonObject,
  tags: fc.array(tag),
  links: fc.array(link.map(({ rel, to }) => ({ rel, to: parsePath(to) }))),
  meta: fc.constantFrom<ContextContent['meta']>({}, { title: 'A "title"', kind: 'note' })
})
const heads = fc.array(
  fc.constantFrom('01', '02', 'fe').map((byte) => commitId(byte.repeat(32))),
  { maxLength: 3 }
)
const hiding = fc.record({
  commit: fc.constant(commitId('0a'.repeat(32))),
  reason: fc.constantFrom('removed', 'moved')
})
const by = fc.record({ agent: text, run: text }, { requiredKeys: [] })

const row: fc.Arbitrary<ContextRow> = fc
  .record(
    {
      path: fc.constantFrom('/', '/a "quoted" path', '/ünï/🦊').map((path) => parsePath(path)),
      docId: fc.constant(docId('ab'.repeat(32))),
      content,
      heads,
      hiddenBy: fc.array(hiding, { maxLength: 2 }),
      hlc: fc.maxSafeNat().map(hybridTime),
      author: fc.constant(deviceId('cd'.repeat(32))),
      by,
      sinceCheckpoint: fc.record({ entries: fc.nat(), bytes: fc.nat(), stateBytes: fc.nat() }),
      entryCount: fc.nat(),
      historyBytes: fc.maxSafeNat()
    },
    {
      requiredKeys: [
        'path',
        'docId',
        'content',
        'heads',
        'hiddenBy',
        'hlc',
        'author',
        'sinceCheckpoint',
        'entryCount',
        'historyBytes'
      ]
    }
  )
  .map((each) => each as ContextRow)

test('a row is read as it was written', () => {
  fc.assert(
    fc.property(row, (written) => {
      expect(decodeRow(encodeRow(written))).toEqual(JSON.parse(JSON.stringify(written)))
    })
  )
})

test('a row is a line of the JSON that JSON.stringify makes, and the body as it is', () => {
  fc.assert(
    fc.property(row, (written) => {
      const [line = '', ...body] = encodeRow(written).split('\n')
      expect(JSON.stringify(JSON.parse(line))).toBe(line)
      expect(body.join('\n')).toBe(written.content.body)
    })
  )
})
