import { describe, expect, test } from 'vitest'
import { codeBlocks, proseLines } from './markdown.ts'
import { namedPaths, namedScripts } from './named-things.ts'
import { isInRepository, markdownPages, npmScripts } from './repository.ts'

const pages = [...markdownPages()].filter(([path]) => path !== 'CHANGELOG.md')

test('every file and folder that a page names is there', () => {
  const missing = pages.flatMap(([path, page]) =>
    namedPaths(page)
      .filter((named) => !isInRepository(named))
      .map((named) => `${path} names ${named}`)
  )
  expect(missing).toEqual([])
})

test('every npm script that a page names is there', () => {
  const scripts = npmScripts()
  const missing = pages.flatMap(([path, page]) =>
    namedScripts(page)
      .filter((named) => !scripts.has(named))
      .map((named) => `${path} names npm run ${named}`)
  )
  expect(missing).toEqual([])
})

test('the README says how to test in one command, which continuous integration runs as it stands', () => {
  const readme = markdownPages().get('README.md') ?? ''
  const heading = proseLines(readme).indexOf('## Test')
  expect(heading).toBeGreaterThan(0)
  const block = codeBlocks(readme).find(({ opensAt }) => opensAt > heading)
  expect(block).toMatchObject({ language: 'sh', content: 'npm test' })
})

describe('the check', () => {
  test('sees paths in the text but not patterns, build results or code', () => {
    const page =
      '`packages/core` `packages/*/test` `packages/core/dist/x.js` `docs/<name>.md` `sha256(docs)`\n```\n`docs/x`\n```'
    expect(namedPaths(page)).toEqual(['packages/core'])
  })

  test('sees scripts in the text and in code blocks', () => {
    expect(namedScripts('Use `npm run bench`.\n```sh\nHCFS_SEED=1 npm run test:long\n```')).toEqual([
      'bench',
      'test:long'
    ])
  })
})
