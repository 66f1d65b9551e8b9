import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { toFileName } from '@hcfs/core'
import type { Grades } from './ranking-metrics.ts'

export interface EvalDocument {
  /** The path of its context. */
  readonly path: string
  readonly body: string
}

export interface EvalQuery {
  readonly id: string
  readonly text: string
  /** By path. */
  readonly grades: Grades
}

/** Contexts, queries, and which of the contexts answer them. */
export interface Collection {
  readonly name: string
  readonly documents: readonly EvalDocument[]
  /** Those for which something is relevant. */
  readonly queries: readonly EvalQuery[]
}

interface JudgedPair {
  readonly query: string
  readonly path: string
  readonly grade: number
}

/** A folder with docs.jsonl, queries.jsonl and qrels.tsv, as BEIR and its relatives have them. */
export function readJudgedFolder(folder: string, name: string): Collection {
  const documents = readLines(join(folder, 'docs.jsonl'), textEntry)
  const queries = readLines(join(folder, 'queries.jsonl'), textEntry)
  const judgements = readRows(join(folder, 'qrels.tsv')).map(([query, document, grade]) => ({
    query,
    path: pathOf(name, document),
    grade: Number(grade)
  }))
  return {
    name,
    documents: documents.map(({ id, text }) => ({ path: pathOf(name, id), body: text })),
    queries: judgedQueries(queries, judgements)
  }
}

/** The notes of a few agents, as files below `contexts`, and judgements.tsv with queries as they are asked. */
export function readAgentNotes(folder: string): Collection {
  const root = join(folder, 'contexts')
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const judgements = readRows(join(folder, 'judgements.tsv')).map(([query, path, grade]) => ({
    query,
    path,
    grade: Number(grade)
  }))
  const texts = new Set(judgements.map(({ query }) => query))
  return {
    name: 'agent-notes',
    documents: files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => ({ path: `/${relative(root, file).split(sep).join('/')}`, body: readFileSync(file, 'utf8') }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    queries: judgedQueries(
      Array.from(texts, (text) => ({ id: text, text })),
      judgements
    )
  }
}

/** Every judged folder of a folder, by name. Undefined where there is no such folder. */
export function readJudgedFolders(parent: string): readonly Collection[] | undefined {
  if (!existsSync(parent)) return undefined
  const names = readdirSync(parent).filter((name) => existsSync(join(parent, name, 'qrels.tsv')))
  return names.toSorted().map((name) => readJudgedFolder(join(parent, name), name))
}

function judgedQueries(
  queries: readonly { readonly id: string; readonly text: string }[],
  judgements: readonly JudgedPair[]
): EvalQuery[] {
  const byQuery = Map.groupBy(judgements, ({ query }) => query)
  return queries
    .map(({ id, text }) => ({
      id,
      text,
      grades: new Map((byQuery.get(id) ?? []).map(({ path, grade }) => [path, grade]))
    }))
    .filter(({ grades }) => [...grades.values()].some((grade) => grade > 0))
}

/** The letter keeps an id that is a number from being found by a query that holds that number. */
function pathOf(collection: string, id: string): string {
  return `/${collection}/x${toFileName(id)}`
}

function readLines<Entry>(file: string, parse: (value: unknown) => Entry): Entry[] {
  return linesOf(file).map((line) => parse(JSON.parse(line)))
}

function textEntry(value: unknown): { readonly id: string; readonly text: string } {
  if (typeof value === 'object' && value !== null && 'id' in value && 'text' in value) {
    return { id: String(value.id), text: String(value.text) }
  }
  throw new Error('A line of the collection has no id or no text')
}

/** Of three columns, below the header. */
function readRows(file: string): [string, string, string][] {
  return linesOf(file)
    .slice(1)
    .map((line) => {
      const [first = '', second = '', third = ''] = line.split('\t')
      return [first, second, third]
    })
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
