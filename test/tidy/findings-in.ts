import type { Rule } from './rule.ts'
import { runRule } from './rule.ts'
import { SourceFile } from './source-file.ts'

/** What a rule says about files that exist only in a test, given as path → text. */
export function findingsIn(rule: Rule, texts: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  const sources = files.filter(({ path }) => path.endsWith('.ts')).map((file) => new SourceFile(file))
  return runRule(rule, { files, sources }).map(({ path, line, message }) => `${path}:${line} ${message}`)
}
