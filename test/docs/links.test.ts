import { describe, expect, test } from 'vitest'
import { brokenLinks, unlistedPages } from './broken-links.ts'
import { isInRepository, markdownPages } from './repository.ts'

test('every relative link in every page leads to a file and a heading that are there', () => {
  expect(brokenLinks(markdownPages(), isInRepository)).toEqual([])
})

test('the index of the documentation lists every page', () => {
  expect(unlistedPages(markdownPages(), 'docs')).toEqual([])
})

describe('the check', () => {
  const check = (page: string): string[] => {
    const pages = new Map([
      ['docs/a.md', page],
      ['docs/b.md', '# Title\n## One part']
    ])
    return brokenLinks(pages, (path) => pages.has(path) || path === 'docs' || path === 'LICENSE')
  }

  test('accepts a page, a folder, a file, and a heading here and elsewhere', () => {
    expect(check('# Here\n[](b.md) [](../docs) [](../LICENSE) [](#here) [](b.md#one-part)')).toEqual([])
  })

  test('finds a file that is not there', () => {
    expect(check('[](c.md)')).toEqual(['docs/a.md: (c.md) leads to a file that is not there'])
  })

  test('finds a heading that is not there', () => {
    expect(check('[](b.md#other) [](#gone)')).toEqual([
      'docs/a.md: (b.md#other) names a heading that is not there',
      'docs/a.md: (#gone) names a heading that is not there'
    ])
  })

  test('finds a heading named in a file that has none', () => {
    expect(check('[](../LICENSE#L1)')).toEqual([
      'docs/a.md: (../LICENSE#L1) names a heading in something that is not a Markdown page'
    ])
  })

  test('refuses links that only some readers resolve', () => {
    expect(check('[](/LICENSE) [](../../x)')).toEqual([
      'docs/a.md: (/LICENSE) must be relative to its page',
      'docs/a.md: (../../x) leads out of the repository'
    ])
  })

  test('finds a page that the index forgot, but leaves folders with an index of their own to it', () => {
    const pages = new Map([
      ['docs/README.md', '[a](a.md) [x](x/README.md)'],
      ['docs/a.md', ''],
      ['docs/b.md', ''],
      ['docs/x/README.md', ''],
      ['docs/x/c.md', ''],
      ['docs/y/d.md', '']
    ])
    expect(unlistedPages(pages, 'docs')).toEqual(['docs/b.md', 'docs/y/d.md'])
  })
})
