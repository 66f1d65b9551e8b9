import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EffectiveContext, EffectiveSource } from '../../src/api/effective.ts'
import { fitEffective } from '../../src/effective/fit-effective.ts'
import { EFFECTIVE_FORMATS, RENDER_TOKENS_MIN, renderEffective } from '../../src/effective/render-effective.ts'
import { commitId, deviceId } from '../../src/ids/ids.ts'
import { parsePath } from '../../src/paths/context-path.ts'
import { countTokens } from '../../src/text/count-tokens.ts'

function source(path: string, priority?: number): EffectiveSource {
  return {
    path: parsePath(path),
    version: commitId('ab'.repeat(32)),
    author: deviceId('cd'.repeat(32)),
    updatedAt: '2026-01-31T12:00:00.000Z',
    ...(priority !== undefined && { priority })
  }
}

/** Two contexts: a rule book at the top, and a task. */
function someContext(parts: Partial<EffectiveContext> = {}, topPriority?: number): EffectiveContext {
  const [top, task] = [source('/', topPriority), source('/apollo/42')]
  const given = (from: EffectiveSource) => ({ from: [from], rule: 'override', shadowed: [] }) as const
  return {
    path: task.path,
    body: '# Rules\nBe kind.\n# Task\nDock.\n',
    fields: { language: 'en', style: { indent: 2 } },
    tags: ['urgent'],
    links: [{ to: parsePath('/apollo'), rel: 'part-of' }],
    meta: { title: 'Dock the ship' },
    version: task.version,
    chain: [top, task],
    blame: {
      '/language': given(top),
      '/style/indent': given(task),
      '#Rules': given(top),
      '#Task': given(task),
      tags: given(task),
      links: given(task)
    },
    violations: [],
    ...parts
  }
}

describe('a rendered context', () => {
  test('reads as one Markdown text', () => {
    expect(renderEffective(someContext()).text).toBe(
      '# Dock the ship\n\n# Rules\nBe kind.\n# Task\nDock.\n\n## Fields\n\n- `/language`: en\n- `/style/indent`: 2\n' +
        '\n## Tags\n\nurgent\n\n## Links\n\n- part-of: /apollo\n'
    )
  })

  test('says in the files of agents where it comes from', () => {
    const { text } = renderEffective(someContext(), { as: 'agents-md' })
    expect(text.startsWith('# AGENTS.md\n\n<!-- Made by hcfs resolve')).toBe(true)
  })

  test.each([
    ['@~/.ssh/id_rsa', '\\@~/.ssh/id_rsa'],
    ['see (@notes.md)', 'see (\\@notes.md)'],
    ['`code` @a and `@b`', '`code` \\@a and `\\@b`'],
    ['```\n@Component\n```', '```\n\\@Component\n```'],
    ['mail ada@example.org, 3 @ 4', 'mail ada@example.org, 3 @ 4']
  ])('imports no file of this machine as a CLAUDE.md: %j', (body, written) => {
    const { text } = renderEffective(someContext({ body }), { as: 'claude-md' })
    expect(text).toContain(`\n${written}\n`)
  })

  test('shows values that would break a line as JSON', () => {
    const blame = { '/a': { from: [source('/')], rule: 'override', shadowed: [] } } as const
    expect(renderEffective(someContext({ fields: { a: 'x\n# y' }, blame })).text).toContain('- `/a`: "x\\n# y"\n')
  })
})

describe('a token budget', () => {
  const long = (words: number) => 'word '.repeat(words)

  test('keeps what was given nearest, and says what was left out', () => {
    const body = `# Rules\n${long(300)}\n# Task\n${long(100)}\n`
    const { text, leftOut, tokens } = renderEffective(someContext({ body }), { tokensMax: 300 })
    expect(text).toContain('# Task')
    expect(text).toContain('> Left out for lack of room, with about so many tokens: #Rules (~378).')
    expect(leftOut).toEqual([{ key: '#Rules', from: '/', tokens: 378 }])
    expect(tokens).toBeLessThanOrEqual(300)
  })

  test('puts a higher priority before nearness', () => {
    const body = `# Rules\n${long(120)}\n# Task\n${long(120)}\n`
    const { text } = renderEffective(someContext({ body }, 5), { tokensMax: 300 })
    expect(text).toContain('# Rules')
    expect(text).not.toContain('# Task\n')
  })

  test('leaves a smaller part in where a larger one had no room', () => {
    const { context, leftOut } = fitEffective(someContext({ body: `# Task\n${long(3_000)}` }), { tokensMax: 256 })
    expect(context).toMatchObject({ body: '', fields: { language: 'en', style: { indent: 2 } }, tags: ['urgent'] })
    expect(leftOut).toHaveLength(1)
  })

  test('takes away the fields that have no room, and their blame', () => {
    const fields = { language: 'en', style: { indent: long(2_000) } }
    const { context } = fitEffective(someContext({ fields }), { tokensMax: 256 })
    expect(context.fields).toEqual({ language: 'en' })
    expect(Object.keys(context.blame)).not.toContain('/style/indent')
  })

  test('counts what surrounds the parts, too', () => {
    // Of ten tokens each, so that what is left out for the rest shows.
    const body = Array.from({ length: 300 }, (_, index) => `${`# ${index}\n`.padEnd(39, 'x')}\n`).join('')
    const { tokens, leftOut } = renderEffective(someContext({ body }), { tokensMax: 400, as: 'claude-md' })
    expect(leftOut.length).toBeGreaterThan(100)
    expect(tokens).toBeGreaterThan(350)
    expect(tokens).toBeLessThanOrEqual(400)
  })

  test('that is too small for anything is refused', () => {
    expect(() => renderEffective(someContext(), { tokensMax: 10 })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' })
    )
  })
})

/*
 * Goal: a text never takes more than it may, and nothing is lost without being named.
 * Method: random bodies, fields and titles in any script, each rendered under random budgets.
 */
test('a rendered text fits its budget, and what it lacks is named', () => {
  const words = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constant('# Heading\n'))
  const body = fc.array(words, { maxLength: 12 }).map((each) => each.join('\n'))
  const budget = fc.integer({ min: RENDER_TOKENS_MIN, max: 2_000 })
  fc.assert(
    fc.property(body, words, budget, fc.constantFrom(...EFFECTIVE_FORMATS), (text, title, tokensMax, as) => {
      const context = someContext({ body: text, meta: { title } })
      const rendered = renderEffective(context, { tokensMax, as })
      const whole = renderEffective(context, { as })
      expect(rendered.tokens).toBe(countTokens(rendered.text))
      expect(rendered.tokens).toBeLessThanOrEqual(tokensMax)
      expect(rendered.leftOut.length > 0).toBe(rendered.text !== whole.text)
    })
  )
})
