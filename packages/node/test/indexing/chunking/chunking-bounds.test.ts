import { expect, test } from 'vitest'
import { createChunker } from '../../../src/indexing/chunking/chunker.ts'
import { chunkSource } from './chunk-source.ts'

const FUNCTION =
  'export function open(path: string) {\n  return openFile(path, "r+", { flags: 0o600, mode: "x" })\n}\n\n'
const SMALL = { chunkTokensTarget: 16, chunkTokensMax: 32 }

test('Markdown with more sections than the limit has sections that share chunks, and loses nothing', async () => {
  const chunker = await createChunker({ limits: { chunkSectionsMax: 10 } })
  const body = (count: number) => Array.from({ length: count }, (_, n) => `# h${n}\n\nx${n}\n`).join('\n')
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body: body(200) }))

  expect(chunker.chunk(chunkSource({ path: '/a.md', body: body(10) }))).toHaveLength(10)
  expect(chunks.length).toBeLessThan(10)
  expect(chunks.flatMap(({ text }) => text.match(/^x\d+$/gm) ?? [])).toHaveLength(200)
})

test('a megabyte of tiny sections gives no more chunks than other text of that length', async () => {
  const chunker = await createChunker()
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body: '# a\n'.repeat(262_144) }))

  expect(chunks.length).toBeLessThan(4_096)
})

test('fences share the steps of the parser: the first are cut by their grammar, the last by their lines', async () => {
  const limits = { ...SMALL, chunkParserStepsMax: 40 }
  const chunker = await createChunker({ limits })
  const body = Array.from({ length: 40 }, (_, n) => `\`\`\`ts\n// ${n}\n${FUNCTION.repeat(4)}\`\`\`\n`).join('\n')
  const code = chunker.chunk(chunkSource({ path: '/a.md', body })).filter(({ format }) => format === 'code')

  expect(code[0]?.headings).toEqual(['open'])
  expect(code.at(-1)?.headings).toEqual([])
})

test('code of a context is cut by its grammar up to a size in all, of costly languages sooner', async () => {
  const chunker = await createChunker({ limits: { ...SMALL, chunkParsedUnitsMax: 4_096 } })
  const fence = (language: string, code: string) => `\`\`\`${language}\n${code}\`\`\`\n\n`
  const trails = (body: string) =>
    chunker.chunk(chunkSource({ path: '/a.md', body })).map(({ headings }) => headings.length)
  const shell = 'deploy() {\n  rsync --archive source target\n  echo finished and gone\n}\n\n'

  expect(trails(fence('ts', FUNCTION.repeat(15))).every((count) => count === 1)).toBe(true)
  expect(trails(fence('ts', FUNCTION.repeat(30)).repeat(2)).at(-1)).toBe(0)
  expect(trails(fence('bash', shell.repeat(10))).every((count) => count === 1)).toBe(true)
  expect(trails(fence('bash', shell.repeat(20))).at(-1)).toBe(0)
})

test('what no grammar fits uses the steps up sooner, and is cut by its lines', async () => {
  const chunker = await createChunker({ limits: { ...SMALL, chunkParserStepsMax: 1_000 } })
  const wrong = 'if >a;<<}<if ${a=>a{)>\n'.repeat(400)
  const trails = (body: string) => chunker.chunk(chunkSource({ path: '/a.ts', body })).map(({ headings }) => headings)

  expect(trails(FUNCTION.repeat(100)).every(([name]) => name === 'open')).toBe(true)
  expect(trails(`${wrong}\n${FUNCTION.repeat(100)}`).flat()).toEqual([])
})

test('trees are given back: memory does not grow with the files that were parsed', async () => {
  const chunker = await createChunker()
  const parse = (count: number) => {
    for (let n = 0; n < count; n += 1)
      chunker.chunk(chunkSource({ path: '/a.ts', body: `// ${n}\n${FUNCTION.repeat(40)}` }))
  }
  parse(50)
  const before = process.memoryUsage().external
  parse(1_000)

  expect(process.memoryUsage().external - before).toBeLessThan(16 * 1_024 * 1_024)
})
