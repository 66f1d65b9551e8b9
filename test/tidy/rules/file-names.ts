import type { RepositoryFile } from '../repository-file.ts'
import type { Finding, Rule } from '../rule.ts'

const KEBAB_CASE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/
/** The names people and tools look for at the top of a repository or of its documents. */
const WELL_KNOWN = /^(?:[A-Z][A-Z0-9_]*(?:\.md)?|Dockerfile)$/
const NAMELESS = /^(?:utils?|helpers?|common|misc|lib)(?:\.[a-z]+)?$/

/** A file can be found by the name of what it exports. */
export const fileNames: Rule = { name: 'file names', sees: 'file', check: findUnclearNames }

function findUnclearNames({ path }: RepositoryFile): Finding[] {
  return path.split('/').flatMap((name) => {
    const message = problemWith(name)
    return message === undefined ? [] : [{ path, line: 1, message }]
  })
}

function problemWith(name: string): string | undefined {
  if (NAMELESS.test(name)) return `${name} names nothing; name it after what is in it`
  if (KEBAB_CASE.test(name) || WELL_KNOWN.test(name)) return undefined
  return `${name} is not in kebab-case; write it like ordered-store.ts`
}
