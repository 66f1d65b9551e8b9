import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Collection } from './collection.ts'
import { readAgentNotes, readJudgedFolders } from './collection.ts'
import { evalTable, queryTable } from './eval-report.ts'
import type { CollectionResult } from './evaluate.ts'
import { evaluate } from './evaluate.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const NOTES = join(REPOSITORY, 'fixtures', 'search', 'agent-notes')
const USAGE = 'npm run eval -- [--only COLLECTION]... [--queries] [--json]'

interface EvalOptions {
  readonly only?: string[]
  /** Also says what every query reached. */
  readonly queries: boolean
  readonly json: boolean
}

function parseEvalOptions(): EvalOptions {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      queries: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false }
    }
  })
  return values
}

function collections({ only }: EvalOptions): Collection[] {
  const folder = process.env['HCFS_EVAL'] ?? join(REPOSITORY, '..', 'shared', 'eval')
  const judged = readJudgedFolders(folder)
  if (judged === undefined)
    console.error('There is no folder of collections; HCFS_EVAL names one. Only agent-notes runs.')
  const all = [readAgentNotes(NOTES), ...(judged ?? [])]
  const unknown = only?.find((name) => all.every((collection) => collection.name !== name))
  if (unknown !== undefined) {
    throw new Error(`There is no collection ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`)
  }
  return all.filter(({ name }) => only === undefined || only.includes(name))
}

async function run(options: EvalOptions): Promise<void> {
  const results: CollectionResult[] = []
  for (const collection of collections(options)) {
    const result = await evaluate(collection)
    results.push(result)
    if (options.json) continue
    console.log(`${evalTable([result])}\n`)
    if (options.queries) console.log(`${queryTable(result)}\n`)
  }
  if (options.json)
    console.log(
      JSON.stringify(
        results.map((result) => jsonOf(result, options)),
        null,
        2
      )
    )
}

function jsonOf(result: CollectionResult, { queries }: EvalOptions): unknown {
  if (queries) return result
  return { ...result, modes: result.modes.map(({ mode, mean }) => ({ mode, ...mean })) }
}

try {
  await run(parseEvalOptions())
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nUsage: ${USAGE}`)
  process.exitCode = 1
}
