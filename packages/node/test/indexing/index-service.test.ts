import type { ContextPath } from '@hcfs/core'
import { resolveNodeLimits } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Chunker, ChunkSource } from '../../src/indexing/chunking/chunk.ts'
import { createChunker } from '../../src/indexing/chunking/chunker.ts'
import type { Embedder } from '../../src/indexing/embedding/embedder.ts'
import { IndexService } from '../../src/indexing/index-service.ts'
import type { SearchableContext } from '../../src/indexing/searchable-context.ts'
import { AUTHOR, idOf, TestIndex } from './index-database/index-fixtures.ts'

/** An embedder of one dimension: the length of the text. It remembers what it was asked for. */
class LengthEmbedder implements Embedder {
  readonly id = 'length'
  readonly digest = 'length/1'
  readonly dimensions = 1
  readonly maxInputTokens = 99
  readonly asked: string[] = []
  isClosed = false

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.asked.push(...texts)
    return texts.map((text) => Float32Array.of(text === 'zero' ? 0 : text.length))
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}

/** Cuts as the chunker of a node does, but for one text. */
async function chunkerFailingAt(body: string): Promise<Chunker> {
  const chunker = await createChunker({ limits: resolveNodeLimits({}) })
  const chunk = (source: ChunkSource) => {
    if (source.body === body) throw new RangeError('memory access out of bounds')
    return chunker.chunk(source)
  }
  return { version: chunker.version, chunk }
}

async function serviceOver() {
  const { database, writer, reader, vectors } = new TestIndex()
  const embedders: LengthEmbedder[] = []
  const createEmbedder = async (): Promise<Embedder> => {
    const embedder = new LengthEmbedder()
    embedders.push(embedder)
    return embedder
  }
  const chunker = await chunkerFailingAt('hostile')
  const service = new IndexService({ database, writer, reader, vectors, chunker, createEmbedder })
  onTestFinished(() => service.close())
  let position = 0
  const put = (path: string, body: string) => {
    position += 1
    return service.apply({ contexts: [searchable(path, body)], removed: [], position })
  }
  const remove = (path: string): void => {
    position += 1
    service.apply({ contexts: [], removed: [idOf(path)], position })
  }
  return { service, embedders, put, remove }
}

function searchable(path: string, body: string): SearchableContext {
  const content = { body, fields: {}, tags: [], links: [], meta: {} }
  return { docId: idOf(path), path: path as ContextPath, version: 'v', author: AUTHOR, updatedAtMs: 0, content }
}

const open = (service: IndexService, ...models: readonly string[]) =>
  Promise.all(models.map((model) => service.openModel({ model, embedder: { kind: 'builtin' } })))
const ALL = { after: 0, limit: 99 }

describe('the writing side of an index', () => {
  test('embeds each content once, page by page, and says whether there is more', async () => {
    const { service, embedders, put } = await serviceOver()
    await open(service, 'm')
    put('/a', 'same')
    put('/b', 'same')
    put('/c', 'other')

    expect([await service.embedPending('m', 2), await service.embedPending('m', 2)]).toEqual([true, false])
    expect(embedders[0]?.asked).toEqual(['same', 'other'])
    expect(service.embeddingProgress('m')).toEqual({ chunks: 3, embedded: 3 })
  })

  test('tells a vector index what came and what went, the sum of both and no more', async () => {
    const { service, put, remove } = await serviceOver()
    await open(service, 'm')
    put('/a', 'one')
    put('/b', 'three')
    await service.embedPending('m', 9)
    remove('/a')

    const { added, removed, vectors } = service.vectorChanges('m', ALL) ?? {}

    expect([added, removed, vectors]).toEqual([Uint32Array.of(2), new Uint32Array(), Float32Array.of(5)])
    expect(service.vectorPage('m', ALL)).toMatchObject({ added: Uint32Array.of(2), hasMore: false })
  })

  test('keeps content without direction out of the vectors, and does not ask for it again', async () => {
    const { service, embedders, put } = await serviceOver()
    await open(service, 'm')
    put('/a', 'zero')
    await service.embedPending('m', 9)
    await service.embedPending('m', 9)

    expect(embedders[0]?.asked).toEqual(['zero'])
    expect(service.vectorPage('m', ALL).added).toHaveLength(0)
  })

  test('keeps changes until the vector indexes of all models have them', async () => {
    const { service, put, remove } = await serviceOver()
    await open(service, 'm', 'n')
    put('/a', 'one')
    await service.embedPending('m', 9)
    remove('/a')

    service.forgetChanges('m', service.changeSequence())
    expect(service.vectorChanges('n', ALL)?.removed).toEqual(Uint32Array.of(1))
    await service.closeModel('n')
    service.forgetChanges('m', service.changeSequence())

    expect(service.vectorChanges('m', ALL)).toBeUndefined()
  })

  test('goes on with a model that is opened again, and drops those that are closed', async () => {
    const { service, embedders, put } = await serviceOver()
    put('/a', 'one')
    await open(service, 'm', 'n')
    await service.embedPending('m', 9)
    await service.embedPending('n', 9)
    await service.closeModel('n')
    await open(service, 'n')
    await service.embedPending('n', 9)

    expect(embedders.map(({ asked, isClosed }) => [asked.length, isClosed])).toEqual([
      [1, false],
      [1, true],
      [0, false]
    ])
    await service.closeModel('m')
    expect(service.dropClosedModels(99)).toBe(false)
    expect(service.statistics().models).toEqual([{ model: 'n', embedded: 1, total: 1 }])
  })

  test('leaves out what cannot be cut, says so, and goes on with the others and with its next version', async () => {
    const { service, put } = await serviceOver()

    expect(put('/a', 'hostile')).toEqual([{ docId: idOf('/a'), failure: 'memory access out of bounds' }])
    expect(put('/b', 'plain')).toEqual([])
    expect([service.position(), service.skippedCount(), service.statistics().chunks]).toEqual([2, 1, 1])

    put('/a', 'mended')
    expect([service.skippedCount(), service.statistics().chunks]).toEqual([0, 2])
  })

  test('says what is wrong when a model is used that is not open', async () => {
    const { service } = await serviceOver()

    await expect(service.embedPending('m', 9)).rejects.toThrow('The model m is not open')
  })
})
