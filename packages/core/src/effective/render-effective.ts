import type { EffectiveContext } from '../api/effective.ts'
import { HcfsError } from '../errors/hcfs-error.ts'
import type { ContextPath } from '../paths/context-path.ts'
import { countTokens } from '../text/count-tokens.ts'
import { chooseParts } from './choose-parts.ts'
import type { EffectivePart } from './effective-parts.ts'
import { effectiveParts } from './effective-parts.ts'
import { withoutImports } from './without-imports.ts'

export const EFFECTIVE_FORMATS = ['markdown', 'claude-md', 'agents-md'] as const

export type EffectiveFormat = (typeof EFFECTIVE_FORMATS)[number]

export interface RenderOptions {
  /** @default 'markdown' */
  readonly as?: EffectiveFormat
  /** The most that the text may take, by `countTokens`. @default all of it is rendered */
  readonly tokensMax?: number
}

/** A part that there was no room for. */
export interface LeftOut {
  /** As in the blame. */
  readonly key: string
  /** The nearest context that gave some of it. */
  readonly from: ContextPath
  readonly tokens: number
}

export interface RenderedContext {
  readonly text: string
  readonly tokens: number
  /** The most important first. */
  readonly leftOut: readonly LeftOut[]
}

/** Below it not even what surrounds the parts has room for certain. */
export const RENDER_TOKENS_MIN = 256

const NAMES_MAX = 5
const NAME_LENGTH_MAX = 40
const TITLE_LENGTH_MAX = 100

/** What an agent should load at the start of a task, as Markdown. */
export function renderEffective(context: EffectiveContext, options: RenderOptions = {}): RenderedContext {
  const { as = 'markdown', tokensMax = Number.POSITIVE_INFINITY } = options
  assertRoom(tokensMax)
  const textOf = (kept: readonly EffectivePart[], leftOut: readonly EffectivePart[]): string =>
    `${headOf(context, as)}${bodyOf(kept, as)}${noteOf(leftOut)}`
  const { kept, leftOut } = chooseParts(effectiveParts(context), {
    tokensMax,
    tokensWith: (some, others) => countTokens(textOf(some, others))
  })
  const text = textOf(kept, leftOut)
  return { text, tokens: countTokens(text), leftOut: leftOut.map(leftOutOf) }
}

export function assertRoom(tokensMax: number): void {
  if (tokensMax === Number.POSITIVE_INFINITY) return
  if (Number.isSafeInteger(tokensMax) && tokensMax >= RENDER_TOKENS_MIN) return
  throw new HcfsError('BAD_REQUEST', `The most tokens are a whole number from ${RENDER_TOKENS_MIN}, not ${tokensMax}`, {
    details: { tokensMin: RENDER_TOKENS_MIN }
  })
}

export function leftOutOf({ key, from, tokens }: EffectivePart): LeftOut {
  return { key, from, tokens }
}

function headOf({ path, meta: { title } }: EffectiveContext, as: EffectiveFormat): string {
  const name = shortened(typeof title === 'string' && title.trim() !== '' ? title : path, TITLE_LENGTH_MAX)
  if (as === 'markdown') return `# ${name}\n`
  const source = 'Made by hcfs resolve: change the contexts, not this file.'
  return `# ${as === 'claude-md' ? 'CLAUDE.md' : 'AGENTS.md'}\n\n<!-- ${source} -->\n\n${name}\n`
}

function bodyOf(kept: readonly EffectivePart[], as: EffectiveFormat): string {
  const texts = (kind: EffectivePart['kind']): string =>
    kept.flatMap((part) => (part.kind === kind ? [part.text] : [])).join('')
  const [body, fields, tags, links] = [texts('section'), texts('field'), texts('tags'), texts('links')]
  const text = [
    ...(body === '' ? [] : [`\n${body}`]),
    ...(fields === '' ? [] : [`\n## Fields\n\n${fields}`]),
    ...(tags === '' ? [] : [`\n## Tags\n\n${tags}`]),
    ...(links === '' ? [] : [`\n## Links\n\n${links}`])
  ].join('')
  return as === 'claude-md' ? withoutImports(text) : text
}

function noteOf(leftOut: readonly EffectivePart[]): string {
  if (leftOut.length === 0) return ''
  const names = leftOut.slice(0, NAMES_MAX).map(({ key, tokens }) => `${shortened(key, NAME_LENGTH_MAX)} (~${tokens})`)
  const rest = leftOut.length > NAMES_MAX ? ` and ${leftOut.length - NAMES_MAX} more` : ''
  return `\n> Left out for lack of room, with about so many tokens: ${names.join(', ')}${rest}.\n`
}

/** On one line. Never cuts a character in two. */
function shortened(text: string, lengthMax: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (line.length <= lengthMax) return line
  return `${line.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
