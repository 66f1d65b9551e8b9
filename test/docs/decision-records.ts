import { posix } from 'node:path'
import { localLinks, proseLines } from './markdown.ts'

export const DECISIONS_FOLDER = 'docs/decisions'

const INDEX = `${DECISIONS_FOLDER}/README.md`
const RECORD_NAME = /^(\d{4})-[a-z\d]+(-[a-z\d]+)*\.md$/
const SECTIONS = ['## Context', '## Decision', '## Consequences']

/** One line for everything that is wrong with the decision records and their index. */
export function decisionProblems(pages: ReadonlyMap<string, string>): string[] {
  const records = [...pages.keys()].filter((path) => path.startsWith(`${DECISIONS_FOLDER}/`) && path !== INDEX)
  const names = records.map((path) => posix.basename(path)).sort()
  return [
    ...namingProblems(names),
    ...indexProblems(names, pages.get(INDEX) ?? ''),
    ...records.flatMap((path) => formProblems(path, pages.get(path) ?? ''))
  ]
}

function namingProblems(names: readonly string[]): string[] {
  const numbers = names.map((name) => Number(RECORD_NAME.exec(name)?.[1]))
  return names.flatMap((name, index) => {
    if (!RECORD_NAME.test(name)) return [`${name}: a record is named 0001-in-a-few-words.md`]
    return numbers.indexOf(numbers[index]!) === index ? [] : [`${name}: its number is taken, use the next free one`]
  })
}

function indexProblems(names: readonly string[], index: string): string[] {
  const listed = localLinks(index).filter((link) => RECORD_NAME.test(link))
  return names.flatMap((name) => {
    const count = listed.filter((link) => link === name).length
    return count === 1 ? [] : [`${name}: stands ${count} times in ${INDEX}, should be once`]
  })
}

function formProblems(path: string, record: string): string[] {
  const lines = proseLines(record)
  const headings = lines.filter((line) => line.startsWith('## '))
  if (!lines[0]?.startsWith('# ')) return [`${path}: starts with a heading that says what was decided`]
  return SECTIONS.filter((section) => !headings.includes(section)).map((section) => `${path}: has no "${section}"`)
}
