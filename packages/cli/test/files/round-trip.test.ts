import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ContextContent, ContextPath, ContextsApi } from '@hcfs/core'
import { EMPTY_CONTENT, parsePath, ROOT_PATH } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allContexts, writeContextFiles } from '../../src/files/export-contexts.ts'
import type { FileContext } from '../../src/files/folder-import.ts'
import { contextsInFolder } from '../../src/files/folder-import.ts'
import { pathOfFile, placeOf } from '../../src/files/folder-layout.ts'
import { importContexts } from '../../src/files/import-contexts.ts'
import { contextsInLines, lineOf } from '../../src/files/jsonl-file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { awkwardContent, awkwardPath } from './awkward-contexts.ts'

const { signal } = new AbortController()

const store = fc.uniqueArray(fc.tuple(awkwardPath, awkwardContent), { selector: ([path]) => path, maxLength: 12 })

const ONLY_TEXT = { ...EMPTY_CONTENT, body: 'text' }

/** Where the file of one context and the folder of another would have one name. */
const NAMES_THAT_MEET: readonly (readonly string[])[] = [
  ['/a', '/a.md/b'],
  ['/main.ts', '/main.ts/b'],
  ['/data.json', '/data.json/b'],
  ['/a', '/a.md'],
  [`/${'x'.repeat(252)}`, `/${'x'.repeat(252)}.md/b`]
]

/** Fails on whatever was left out. */
const onSkipped = (skipped: object): void => expect(skipped).toBeUndefined()

type Store = ReadonlyMap<ContextPath, ContextContent>

async function storedIn(contexts: ContextsApi): Promise<Store> {
  const stored = new Map<ContextPath, ContextContent>()
  for await (const { path, body, fields, tags, links, meta } of allContexts(contexts, ROOT_PATH, { signal })) {
    stored.set(path, { body, fields, tags, links, meta })
  }
  return stored
}

/** What a node holds after the given contexts were put, and what another one holds after an import of its export. */
async function throughFiles(
  given: readonly (readonly [path: string, content: ContextContent])[],
  carry: (contexts: ContextsApi) => AsyncIterable<FileContext>
): Promise<{ before: Store; after: Store; again: number }> {
  await using from = await openNode({ memory: true })
  await using to = await openNode({ memory: true })
  for (const [path, content] of given) await from.contexts.put(path, content)
  const options = { signal, replace: false, onSkipped, onProgress: () => {} }
  await importContexts(to.contexts, carry(from.contexts), options)
  const { written } = await importContexts(to.contexts, carry(to.contexts), options)
  return { before: await storedIn(from.contexts), after: await storedIn(to.contexts), again: written }
}

/*
 * Goal: an import of an export gives what was exported, whatever contexts are
 * called and hold, and importing the same again writes nothing.
 * Method: random contexts with awkward names, in a fresh node, exported to a
 * folder or to lines, imported into another, and everything compared.
 */
test('import of an export to a folder gives the same contexts', async () => {
  const root = await temporaryDirectory()
  let run = 0
  await fc.assert(
    fc.asyncProperty(store, async (given) => {
      async function* throughFolder(contexts: ContextsApi): AsyncGenerator<FileContext> {
        run += 1
        const folder = join(root, String(run))
        await writeContextFiles(folder, allContexts(contexts, ROOT_PATH, { signal }))
        if (given.length > 0) yield* contextsInFolder(folder, ROOT_PATH, onSkipped)
        await rm(folder, { recursive: true, force: true })
      }
      const { before, after, again } = await throughFiles(given, throughFolder)
      expect(after).toEqual(before)
      expect(before.size).toBe(given.length)
      expect(again).toBe(0)
    }),
    { numRuns: 60, examples: NAMES_THAT_MEET.map((paths) => [paths.map((path) => [parsePath(path), ONLY_TEXT])]) }
  )
})

test('import of an export to lines gives the same contexts', async () => {
  await fc.assert(
    fc.asyncProperty(store, async (given) => {
      async function* throughLines(contexts: ContextsApi): AsyncGenerator<FileContext> {
        const lines: string[] = []
        for await (const each of allContexts(contexts, ROOT_PATH, { signal })) lines.push(lineOf(each))
        yield* contextsInLines(Readable.from(lines), ROOT_PATH, onSkipped)
      }
      const { before, after, again } = await throughFiles(given, throughLines)
      expect(after).toEqual(before)
      expect(again).toBe(0)
    }),
    { numRuns: 30 }
  )
})

test('every path has a file name of its own, and comes back from it', () => {
  fc.assert(
    fc.property(awkwardPath, (path) => {
      const { folders, name } = placeOf(path)
      expect(pathOfFile([...folders, `${name}.md`], ROOT_PATH)).toBe(path)
    }),
    { numRuns: 1_000 }
  )
})

test.each([
  [['README.md'], '/README'],
  [['src', 'Main.ts'], '/src/Main.ts'],
  [['+notes.md'], '/Notes'],
  [['++readme.md.md'], '/README.md'],
  [['=.md'], '/'],
  [['.md'], '/.md'],
  [['notes', '=.md'], '/notes'],
  [['x.md=', 'y.md'], '/x.md/y'],
  [['x=', 'y.md'], '/x=/y'],
  [['100%', 'a+', 'b.md'], '/100%/a+/b']
])('the file %j of others is %s', (names, path) => {
  expect(pathOfFile(names, ROOT_PATH)).toBe(path)
})
