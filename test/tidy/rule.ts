import type { RepositoryFile } from './repository-file.ts'
import type { SourceFile } from './source-file.ts'

/** Something a rule does not accept. The message says what to write instead. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** A rule looks at one source at a time, at one file of any kind at a time, or at all sources together. */
export type Rule =
  | { readonly name: string; readonly sees: 'source'; check(source: SourceFile): Finding[] }
  | { readonly name: string; readonly sees: 'file'; check(file: RepositoryFile): Finding[] }
  | { readonly name: string; readonly sees: 'sources'; check(sources: readonly SourceFile[]): Finding[] }

export interface Repository {
  readonly files: readonly RepositoryFile[]
  readonly sources: readonly SourceFile[]
}

export function runRule(rule: Rule, { files, sources }: Repository): Finding[] {
  switch (rule.sees) {
    case 'source':
      return sources.flatMap((source) => rule.check(source))
    case 'file':
      return files.flatMap((file) => rule.check(file))
    case 'sources':
      return rule.check(sources)
  }
}

/** The form in which an editor or a terminal makes the place clickable. */
export function findingText({ path, line, message }: Finding): string {
  return `${path}:${line} ${message}`
}
