import { importsOf } from '../imports.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

const ENDING = /\.(?:ts|mjs|json|css)$/

/** Node runs the sources as they are, so an import names the file that is there. */
export const importEndings: Rule = { name: 'import endings', sees: 'source', check: findMissingEndings }

function findMissingEndings(source: SourceFile): Finding[] {
  return importsOf(source)
    .filter(({ specifier }) => specifier.startsWith('.') && !ENDING.test(specifier))
    .map(({ specifier, start }) => ({
      path: source.path,
      line: source.lineOf(start),
      message: `${specifier} has no ending Node can load; name the source, as in './clock.ts'`
    }))
}
