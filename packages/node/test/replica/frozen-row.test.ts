import { commitId, deviceId, docId, hybridTime, ROOT_PATH } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonObject } from '../../../../test/support/content-arbitraries.ts'
import { decodeRow, encodeRow } from '../../src/replica/context-row.ts'

test('Nothing in the content of a row that was read can be changed', () => {
  fc.assert(
    fc.property(jsonObject, jsonObject, (fields, meta) => {
      const { content } = decodeRow(rowText({ fields, meta }))
      expect(partsOf(content).every(Object.isFrozen)).toBe(true)
    })
  )
})

function rowText(parts: Pick<Parameters<typeof encodeRow>[0]['content'], 'fields' | 'meta'>): string {
  return encodeRow({
    path: ROOT_PATH,
    docId: docId('ab'.repeat(32)),
    content: { body: 'text', tags: ['one'], links: [], ...parts },
    heads: [commitId('01'.repeat(32))],
    hiddenBy: [],
    hlc: hybridTime(1),
    author: deviceId('cd'.repeat(32)),
    sinceCheckpoint: { entries: 0, bytes: 0, stateBytes: 0 },
    entryCount: 1,
    historyBytes: 1
  })
}

function partsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  return [value, ...Object.values(value).flatMap(partsOf)]
}
