import type { ContextContent, JsonObject } from '@hcfs/core'
import { EMPTY_CONTENT, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { jsonObject, link, tag } from '../../../../test/support/content-arbitraries.ts'

/** Names that a file system, git or our own format might take for something else. */
const AWKWARD_NAMES = [
  ...[
    'a',
    'A',
    'a.md',
    'b',
    'ab',
    'con',
    'NUL.txt',
    'README.md',
    'readme.md',
    'x.md.md',
    '.md',
    'data.json',
    'Data.JSON'
  ],
  ...[
    'main.ts',
    '.gitignore',
    '.git',
    'HEAD',
    'store',
    'CURRENT',
    '.hcfs',
    'node_modules',
    '=',
    '=.md',
    '+a',
    'a+',
    '=b'
  ],
  ...[
    'a.',
    ' a',
    'a b',
    '%41',
    'ä',
    '日本語',
    '12:30',
    '__proto__',
    'é'.repeat(120),
    'ß'.repeat(126),
    'é'.repeat(127),
    `${'x'.repeat(250)}.md`,
    `${'x'.repeat(252)}.md`,
    'x'.repeat(252),
    '..a',
    '...'
  ]
]

const name = fc.constantFrom(...AWKWARD_NAMES)

export const awkwardPath = fc.array(name, { maxLength: 4 }).map((names) => parsePath(`/${names.join('/')}`))

const AWKWARD_TEXTS = [
  '',
  '---',
  '---\n',
  '---\na: 1\n---\nb',
  '\uFEFFx',
  '\uFEFF---\n',
  'a\r\nb',
  '\u0000',
  '#!/bin/sh\n',
  '{"a":1}',
  '\n\n'
]

const body = fc.oneof(
  fc.constantFrom(...AWKWARD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed())
)

const fields = fc.oneof(
  { weight: 3, arbitrary: jsonObject },
  fc.record(
    {
      title: fc.constantFrom('x', 1),
      tags: fc.constantFrom('a b', null),
      hcfs: fc.constantFrom('x', { fields: 1 }, { body: 'b' }),
      yes: fc.constantFrom(
        'no',
        '2026-01-31',
        '1e3',
        '0x10',
        '<<',
        '*a',
        '&a',
        '!x',
        '- a',
        '# a',
        "it's",
        'a: b',
        ' a ',
        'a\nb\n'
      )
    },
    { requiredKeys: [] }
  )
)

const meta = fc.record(
  {
    title: fc.constantFrom<string | number>('A title', ' ', '# x', 7),
    kind: fc.constantFrom('note', ''),
    weight: fc.constant(3)
  },
  { requiredKeys: [] }
)

const anyContent: fc.Arbitrary<ContextContent> = fc.record({
  body,
  fields: fc.option(fields, { nil: {} }).map((each): JsonObject => each),
  tags: fc.uniqueArray(tag, { maxLength: 3 }).map((tags) => tags.toSorted()),
  links: fc.option(
    link.map(({ rel, to }) => [{ rel, to: parsePath(to) }]),
    { nil: [] }
  ),
  meta: fc.option(meta, { nil: {} }).map((each): JsonObject => each)
})

/** What a context may hold; many hold one part only, which is where files are plain. */
export const awkwardContent: fc.Arbitrary<ContextContent> = fc.oneof(
  anyContent,
  body.map((text): ContextContent => ({ ...EMPTY_CONTENT, body: text })),
  fields.map((object): ContextContent => ({ ...EMPTY_CONTENT, fields: object }))
)
