import { docId } from '@hcfs/core'
import { ContextDocument } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import { LiveDocuments } from '../../src/replica/live-documents.ts'

const [A, B] = [docId('aa'.repeat(32)), docId('bb'.repeat(32))]

const loadOf = (id: typeof A) => async () => ContextDocument.empty(id)

test('the document used longest ago goes first', () => {
  const documents = new LiveDocuments({ countMax: 1 })
  documents.set(A, ContextDocument.empty(A))
  documents.set(B, ContextDocument.empty(B))
  expect([documents.get(A), documents.get(B)?.docId]).toEqual([undefined, B])
})

test('more documents than there is room for can be pinned at once', async () => {
  const documents = new LiveDocuments({ countMax: 1 })
  await documents.pin(A, loadOf(A))
  await documents.pin(B, loadOf(B))
  expect([documents.get(A)?.docId, documents.get(B)?.docId]).toEqual([A, B])
  documents.unpin(A)
  expect([documents.get(A), documents.get(B)?.docId]).toEqual([undefined, B])
})

test('writers that wait for one document load it once', async () => {
  const documents = new LiveDocuments({ countMax: 4 })
  let loads = 0
  const load = async (): Promise<ContextDocument> => {
    loads += 1
    return ContextDocument.empty(A)
  }
  await Promise.all([documents.pin(A, load), documents.pin(A, load)])
  expect(loads).toBe(1)
})

test('a document that cannot be loaded is not pinned', async () => {
  const documents = new LiveDocuments({ countMax: 1 })
  await expect(documents.pin(A, () => Promise.reject(new RangeError('no disk')))).rejects.toThrow('no disk')
  await documents.pin(A, loadOf(A))
  documents.unpin(A)
  documents.set(B, ContextDocument.empty(B))
  expect(documents.get(A)).toBeUndefined()
})
