import type { RepositoryFile } from '../repository-file.ts'
import type { Finding, Rule } from '../rule.ts'
import { lineAt } from '../source-file.ts'

const DOCUMENT = /(?:\.(?:md|ya?ml|json|sh)|^\.ci\/run|^\.npmrc)$/

const PATTERNS: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /(?:^|[\s"'`(=])\/(?:work|home|root|Users)\//g,
    message: 'a path of somebody’s machine; write it relative to the repository'
  },
  {
    pattern: /\b(?:registry|npm)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|internal|local)\b|^registry *=/gm,
    message: 'a package registry; everybody has their own in their npm settings'
  }
]

/** What is written down is true on every machine. */
export const machineNames: Rule = { name: 'machine names', sees: 'file', check: findMachineNames }

function findMachineNames({ path, text }: RepositoryFile): Finding[] {
  if (!DOCUMENT.test(path)) return []
  return PATTERNS.flatMap(({ pattern, message }) =>
    [...text.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index + 1), message }))
  )
}
