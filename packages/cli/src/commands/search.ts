import type { Coverage, ScoreParts, SearchAnswer, SearchHit, SearchMode, SearchRequest } from '@hcfs/core'
import { formatPointer, HcfsError } from '@hcfs/core'
import type { Command } from 'commander'
import { Option } from 'commander'
import { agoText } from '../command-line/amounts.ts'
import { collected, readNamedValue } from '../command-line/context-flags.ts'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { readTime, shortVersion } from '../command-line/version-names.ts'

interface SearchFlags {
  readonly under?: string
  readonly from?: string
  readonly mode?: SearchMode
  readonly limit?: string
  readonly literal?: boolean
  readonly tag?: string
  readonly kind?: string
  readonly field?: readonly string[]
  readonly by?: string
  readonly since?: string
  readonly until?: string
  readonly at?: string
  readonly after?: string
  readonly timeout?: string
  readonly diversity?: string
  readonly strict?: boolean
  readonly explain?: boolean
}

export function addSearch(program: Command, runner: CommandRunner): void {
  program
    .command('search')
    .summary('find contexts by words and meaning')
    .description(
      'Finds the contexts that answer a question best. Words may be "phrases", -excluded, prefix*, or filters such as tag:docking, field.status:open, kind:task, agent:planner, after:2026-01-01.'
    )
    .argument('<words...>', 'what to look for')
    .option('--under <path>', 'only at and below this path')
    .option('--from <path>', 'at and below this path, and in the contexts above it, which count less')
    .addOption(new Option('--mode <mode>', 'by words, by meaning or by both').choices(['hybrid', 'text', 'vector']))
    .option('--limit <count>', 'at most so many hits (default: 10)')
    .option('--literal', 'take every character as something to look for')
    .option('--tag <tag>', 'only contexts with this tag')
    .option('--kind <kind>', 'only contexts of this kind')
    .option('--field <key=value>', 'only contexts with this field; may be given several times', collected)
    .option('--by <agent>', 'only contexts that this agent wrote last')
    .option('--since <time>', 'only contexts changed after this time')
    .option('--until <time>', 'only contexts changed before this time')
    .option('--at <time>', 'search what was there at this time')
    .option('--after <token>', 'wait until what this token names can be found')
    .option('--timeout <duration>', 'how long to wait for it (default: 10s)')
    .option('--diversity <share>', '0 to 1: move hits that repeat a better one down')
    .option('--strict', 'fail rather than leave something out')
    .option('--explain', 'show why each hit ranks where it does')
    .addHelpText(
      'after',
      examples(
        ['hcfs search when do we dock', 'by words and meaning'],
        ['hcfs search "docking window" --under /projects --limit 3', 'the best three below a path'],
        ["hcfs search 'battery -android kind:task field.status:open'", 'with filters'],
        ['hcfs search --literal "C++ (tag:x)" --json', 'for programs']
      )
    )
    .action((words: readonly string[], flags: SearchFlags, command: Command) =>
      runner.withNode(command, async (node, { out, signal }) => {
        const text = words.join(' ')
        const answer = await pointingAt(text, out, () => node.search({ text, ...requestOf(flags), signal }))
        if (out.isJson) return await out.json(answer)
        await showAnswer(answer, { out, explained: flags.explain === true })
      })
    )
}

/** Shows people where in their query the mistake is. */
async function pointingAt<Answer>(text: string, out: Output, search: () => Promise<Answer>): Promise<Answer> {
  try {
    return await search()
  } catch (error) {
    const at = error instanceof HcfsError && error.code === 'QUERY_INVALID' ? error.details['at'] : undefined
    if (typeof at === 'number') {
      out.note(plainText(text))
      out.note(`${' '.repeat(plainText(text.slice(0, at)).length)}^`)
    }
    throw error
  }
}

function requestOf(flags: SearchFlags): Omit<SearchRequest, 'text' | 'signal'> {
  const { under, from, mode, limit, literal, tag, kind, field, by, since, until, at, after, timeout, diversity } = flags
  return {
    ...(under !== undefined && { under }),
    ...(from !== undefined && { effective: true, from }),
    ...(mode !== undefined && { mode }),
    ...(limit !== undefined && { limit: readCount('limit', limit) }),
    ...(literal !== undefined && { literal }),
    ...(tag !== undefined && { tag }),
    ...(kind !== undefined && { kind }),
    ...(field !== undefined && { fields: Object.fromEntries(field.map(wantedField)) }),
    ...(by !== undefined && { agent: by }),
    ...(since !== undefined && { updatedAfter: readTime(since) }),
    ...(until !== undefined && { updatedBefore: readTime(until) }),
    ...(at !== undefined && { at: readTime(at) }),
    ...(after !== undefined && { after }),
    ...(timeout !== undefined && { timeoutMs: parseDuration(timeout) }),
    ...(diversity !== undefined && { diversity: readShare('diversity', diversity) }),
    ...(flags.strict !== undefined && { strict: flags.strict })
  }
}

function wantedField(text: string) {
  const { keys, value } = readNamedValue('field', text)
  return [formatPointer(keys), value] as const
}

function readShare(option: string, text: string): number {
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  throw usageError(`--${option} takes a number from 0 to 1, not "${text}"`)
}

async function showAnswer(
  { hits, coverage, warnings }: SearchAnswer,
  { out, explained }: { out: Output; explained: boolean }
): Promise<void> {
  for (const warning of warnings) out.warn(warning)
  if (coverage.share < 1) out.warn(coverageText(coverage))
  if (hits.length === 0) out.note('Nothing was found.')
  for (const [index, hit] of hits.entries()) {
    if (index > 0) await out.line('')
    await showHit(hit, { out, explained })
  }
}

async function showHit(hit: SearchHit, { out, explained }: { out: Output; explained: boolean }): Promise<void> {
  const { path, title, confidence, by, author, updatedAt, version, parts } = hit
  const name = title === undefined ? '' : `  ${plainText(title)}`
  await out.line(`${out.paint('bold', plainText(path))}${name}  ${out.paint('dim', percent(confidence))}`)
  if (hit.chunk.headings.length > 0) {
    await out.line(`  ${out.paint('dim', hit.chunk.headings.map(plainText).join(' › '))}`)
  }
  await out.line(`  ${highlighted(hit, out)}`)
  const who = plainText(by?.agent ?? author.slice(0, 12))
  await out.line(`  ${out.paint('dim', `${agoText(updatedAt, out.nowMs)} by ${who}, ${shortVersion(version)}`)}`)
  if (explained) await out.line(`  ${out.paint('dim', explanation(hit.score, parts))}`)
}

function highlighted({ snippet, highlights }: SearchHit, out: Output): string {
  let text = ''
  let done = 0
  for (const [start, end] of highlights) {
    text += plainText(snippet.slice(done, start)) + out.paint('yellow', plainText(snippet.slice(start, end)))
    done = end
  }
  return text + plainText(snippet.slice(done))
}

function explanation(score: number, { textRank, vectorRank, vectorScore, boosts, reranked }: ScoreParts): string {
  const reasons = [
    `score ${score.toFixed(3)}`,
    textRank === undefined ? 'not found by words' : `words #${textRank}`,
    vectorRank === undefined ? 'not found by meaning' : `meaning #${vectorRank} (${vectorScore?.toFixed(2)})`,
    ...Object.entries(boosts ?? {}).map(([name, factor]) => `${name} ×${factor.toFixed(2)}`),
    ...(reranked === undefined ? [] : [`re-ranked ${reranked.toFixed(2)}`])
  ]
  return reasons.join(', ')
}

function coverageText({ share, behind }: Coverage): string {
  const missing = behind > 0 ? `; ${behind} changes are not indexed yet` : ''
  return `This answer covers ${percent(share)} of what was asked for${missing}.`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
