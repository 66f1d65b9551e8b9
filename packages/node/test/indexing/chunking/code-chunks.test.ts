import { expect, test } from 'vitest'
import { createChunker } from '../../../src/indexing/chunking/chunker.ts'
import { chunkSource } from './chunk-source.ts'

const chunker = await createChunker({ limits: { chunkTokensTarget: 16, chunkTokensMax: 32 } })

/** Two members in a type, each just large enough to be a chunk by itself. */
const SOURCES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'ts',
    'export class Store {\n  // Opens the file of the store.\n  open(path: string) {\n    this.file = openFile(path, "r+")\n  }\n\n  close() {\n    this.file.flush(); this.file.close(); this.file = null\n  }\n}\n',
    ['Store', 'open']
  ],
  [
    'js',
    'class Store {\n  /** Opens the file of the store. */\n  open(path) {\n    this.file = openFile(path, "r+")\n  }\n\n  close() {\n    this.file.flush(); this.file.close(); this.file = null\n  }\n}\n',
    ['Store', 'open']
  ],
  [
    'py',
    'class Store:\n    # Opens the file of the store.\n    def open(self, path):\n        self.file = open_file(path, "r+")\n\n    def close(self):\n        self.file.flush(); self.file.close(); self.file = None\n',
    ['Store', 'open']
  ],
  [
    'go',
    'package store\n\n// Opens the file of the store.\nfunc open(path string) *File {\n\treturn openFileFor(path, "r+", 0o600)\n}\n\nfunc close(file *File) {\n\tfile.Flush(); file.Close(); file.Forget()\n}\n',
    ['open']
  ],
  [
    'rs',
    'impl Store {\n    /// Opens the file of the store.\n    fn open(&mut self, path: &str) {\n        self.file = open_file(path, "r+");\n    }\n\n    fn close(&mut self) {\n        self.file.flush(); self.file.close();\n    }\n}\n',
    ['Store', 'open']
  ],
  [
    'java',
    'class Store {\n  // Opens the file of the store.\n  void open(String path) {\n    this.file = openFile(path, "r+");\n  }\n\n  void close() {\n    this.file.flush(); this.file.close();\n  }\n}\n',
    ['Store', 'open']
  ],
  [
    'cpp',
    'class Store {\n  // Opens the file of the store.\n  void open(const char* path) {\n    file = open_file(path, "r+");\n  }\n\n  void close() {\n    file->flush(); file->close(); file = nullptr;\n  }\n};\n',
    ['Store', 'open']
  ],
  [
    'cs',
    'class Store {\n  // Opens the file of the store.\n  void open(string path) {\n    this.file = OpenFile(path, "r+");\n  }\n\n  void close() {\n    this.file.Flush(); this.file.Close();\n  }\n}\n',
    ['Store', 'open']
  ],
  [
    'rb',
    'class Store\n  # Opens the file of the store.\n  def open(path)\n    @file = File.open_for_update(path, "r+")\n  end\n\n  def close\n    @file.flush; @file.close; @file = nil\n  end\nend\n',
    ['Store', 'open']
  ],
  [
    'php',
    '<?php\nclass Store {\n  // Opens the file of the store.\n  function open($path) {\n    $this->file = fopen($path, "r+");\n  }\n\n  function close() {\n    fflush($this->file); fclose($this->file);\n  }\n}\n',
    ['Store', 'open']
  ],
  [
    'sh',
    '# Opens the file of the store.\nopen() {\n  file="$1"; exec 3<>"$file"; echo opened "$file"\n}\n\nclose() {\n  exec 3>&-; sync "$file"; echo closed "$file"\n}\n',
    ['open']
  ]
]

test.each(SOURCES)(
  'a function of .%s is a chunk with its comment, under the names around it',
  (ending, body, trail) => {
    const chunks = chunker.chunk(chunkSource({ path: `/a.${ending}`, body }))
    const chunk = chunks.find(({ text }) => text.includes('Opens the file'))
    expect(chunk).toMatchObject({ format: 'code', headings: trail })
    expect(chunk?.text).toContain('open(')
    expect(chunk?.text).not.toContain('close()')
  }
)

test.each([
  [
    'tsx',
    'export function Panel({ title }: Props) {\n  return <section className="panel"><h1>{title}</h1></section>\n}',
    'export const Empty = () => <p className="empty">Nothing to be seen here</p>',
    ['Panel', 'Empty']
  ],
  [
    'css',
    '/* The frame of a panel. */\n.panel {\n  border: 1px solid black; padding: 4px;\n}',
    '.panel > .title {\n  font-weight: bold; margin: 0 0 4px 0;\n}',
    ['.panel', '.panel > .title']
  ],
  [
    'ps1',
    '# Opens the file of the store.\nfunction Open-Store($Path) {\n  $script:File = OpenFile($Path)\n}',
    'function Close-Store {\n  $script:File.Flush(); $script:File.Close(); $script:Closed = $true\n}',
    ['Open-Store', 'Close-Store']
  ]
])('two declarations of .%s are two chunks with their names', (ending, first, second, names) => {
  const chunks = chunker.chunk(chunkSource({ path: `/a.${ending}`, body: `${first}\n\n${second}\n` }))

  expect(chunks.map(({ text, headings }) => [text, headings])).toEqual([
    [first, names.slice(0, 1)],
    [second, names.slice(1)]
  ])
})

test('a table that is too large is cut between its rows', () => {
  const rows = Array.from({ length: 12 }, (_, n) => `| row ${n} | ${n * n} |`)
  const body = `# Data\n\n| name | value |\n|---|---|\n${rows.join('\n')}\n`
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body }))

  expect(chunks.every(({ end }) => body[end] === '\n' || end >= body.length - 1)).toBe(true)
  expect(rows.every((row) => chunks.some(({ text }) => text.includes(row)))).toBe(true)
})

test('a fence that is too large is cut by the grammar of its language, under its heading', () => {
  const body = `# Guide\n\n\`\`\`py\n${SOURCES.find(([ending]) => ending === 'py')?.[1]}\`\`\`\n`
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body }))

  expect(chunks.find(({ text }) => text.includes('Opens the file'))?.headings).toEqual(['Guide', 'Store', 'open'])
})

test('the chunks of a Markdown text stand under their headings', () => {
  const body = '---\ntitle: x\n---\n# Guide\n\n## Install\n\nRun it.\n\nOther\n-----\n\n```\n# not a heading\n```\n'
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body }))
  expect(chunks.map(({ text, headings }) => [text, headings])).toEqual([
    ['---\ntitle: x\n---', []],
    ['# Guide\n\n## Install\n\nRun it.', ['Guide', 'Install']],
    ['Other\n-----\n\n```\n# not a heading\n```', ['Guide', 'Other']]
  ])
})
