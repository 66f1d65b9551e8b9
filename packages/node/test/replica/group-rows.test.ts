import type { ContextPath } from '@hcfs/core'
import { commitId, deviceId, EMPTY_CONTENT, hybridTime, parsePath } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import type { ContextRow } from '../../src/replica/context-row.ts'
import { GroupRows } from '../../src/replica/group-rows.ts'
import { SpaceFingerprints } from '../../src/replica/space-fingerprints.ts'

const SPACE = parsePath('/')
const OLD = parsePath('/old')
const NEW = parsePath('/new')

function rowAt(path: ContextPath): ContextRow {
  return {
    path,
    docId: documentIdOf(SPACE, path),
    content: EMPTY_CONTENT,
    heads: [commitId('01'.repeat(32))],
    hiddenBy: [],
    hlc: hybridTime(1),
    author: deviceId('02'.repeat(32)),
    sinceCheckpoint: { entries: 1, bytes: 0, stateBytes: 0 },
    entryCount: 1,
    historyBytes: 0
  }
}

/** One context is stored; what is asked of the disk is written down. */
function givenOneContext() {
  const row = rowAt(OLD)
  const fingerprints = new SpaceFingerprints(new Uint8Array(32))
  fingerprints.of(SPACE).add({ docId: row.docId, heads: row.heads, isDeleted: false })
  const asked: ContextPath[] = []
  const rows = {
    any: (path: ContextPath) => {
      asked.push(path)
      return path === OLD ? row : undefined
    },
    inSpace: () => undefined
  }
  return { row, asked, group: new GroupRows({ rows, fingerprints }, () => SPACE) }
}

test('a row is read once for the whole group', () => {
  const { group, row, asked } = givenOneContext()
  expect([group.row(OLD), group.row(OLD)]).toEqual([row, row])
  expect(asked).toEqual([OLD])
})

test('the disk is not asked for a context that was never written', () => {
  const { group, asked } = givenOneContext()
  expect(group.row(NEW)).toBeUndefined()
  expect(asked).toEqual([])
})

test('the document of a path is the same before and after it is written', () => {
  const { group, row } = givenOneContext()
  expect([group.docId(OLD), group.docId(NEW)]).toEqual([row.docId, documentIdOf(SPACE, NEW)])
})
