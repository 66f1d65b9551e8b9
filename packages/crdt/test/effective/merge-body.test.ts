import { sectionsOf } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectiveContent } from '../../src/effective/effective-content.ts'
import { levels } from './levels.ts'

describe('a body', () => {
  test('is the own one of the context without a rule', () => {
    expect(effectiveContent(levels({ body: 'above' }, {})).body).toBe('')
  })

  test('is that of the nearest context that has one, by override', () => {
    const { body, given } = effectiveContent(levels({ body: 'a', rules: { body: 'override' } }, { body: 'b' }, {}))
    expect(body).toBe('b')
    expect(given.get('body')).toMatchObject({ from: [1], shadowed: [0] })
  })

  test('is joined by append, each on lines of its own', () => {
    expect(effectiveContent(levels({ body: 'a', rules: { body: 'append' } }, { body: 'b' })).body).toBe('a\nb')
  })

  test('is merged by section: own ones replace, new ones come behind the last of the same heading', () => {
    const above = 'intro\n# Rules\nold\n## Style\nold\n# End\nlast\n'
    const own = '# Rules\nnew\n## Tests\nadded\n'
    const { body, given } = effectiveContent(levels({ body: above, rules: { body: 'merge' } }, { body: own }))
    expect(body).toBe('intro\n# Rules\nnew\n## Style\nold\n## Tests\nadded\n# End\nlast\n')
    expect(given.get('#Rules')).toMatchObject({ from: [1], shadowed: [0] })
    expect(given.get('#Rules/Style')).toMatchObject({ from: [0] })
  })

  test('keeps a section that is locked, and says whose was left out', () => {
    const rules = { body: 'merge', '#Rules': 'lock' }
    const { body, violations } = effectiveContent(levels({ body: '# Rules\na\n', rules }, { body: '# Rules\nb\n' }))
    expect(body).toBe('# Rules\na\n')
    expect(violations).toEqual([{ key: '#Rules', level: 1, rule: 'lock', ruleFrom: 0, kind: 'locked' }])
  })

  test('appends below the heading that is there', () => {
    const rules = { body: 'merge', '#Rules': 'append' }
    expect(effectiveContent(levels({ body: '# Rules\na', rules }, { body: '# Rules\nb\n' })).body).toBe(
      '# Rules\na\nb\n'
    )
  })
})

describe('sections', () => {
  test('fenced code has no headings', () => {
    expect(sectionsOf('# A\n```\n# B\n```\n# C\n').map(({ trail }) => trail)).toEqual([['A'], ['C']])
  })

  test('two headings of one text are told apart', () => {
    expect(sectionsOf('# A\n# A\n').map(({ trail }) => trail)).toEqual([['A'], ['A (2)']])
  })

  test('together are the text, and taking apart what is joined gives the same', () => {
    const line = fc.constantFrom('# A', '## B', '### C #', 'text', '```', '~~~~', '', ' # D', '#x', '\t# E')
    const text = fc.array(line).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, (written) => {
        expect(
          sectionsOf(written)
            .map((section) => section.text)
            .join('')
        ).toBe(written)
      })
    )
  })
})
