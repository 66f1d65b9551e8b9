import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

/** Tools that read a configuration ask for its default export. */
const CONFIG_FILE = /(?:^|\/)[a-z.-]+\.config\.ts$/
const PACKAGE_INDEX = /^packages\/[^/]+\/src\/index\.ts$/

/** A thing has one name wherever it is used, and one file that publishes it. */
export const namedExports: Rule = { name: 'named exports', sees: 'source', check: findUnclearExports }

function findUnclearExports(source: SourceFile): Finding[] {
  const { path } = source
  const finding = (start: number, message: string): Finding => ({ path, line: source.lineOf(start), message })
  const defaults = CONFIG_FILE.test(path) ? [] : source.nodes('ExportDefaultDeclaration')
  const named = source.nodes('ExportNamedDeclaration')
  const reexports = PACKAGE_INDEX.test(path) ? [] : named.filter((node) => node.source !== null)
  return [
    ...defaults.map(({ start }) => finding(start, 'a default export; export it by its name')),
    ...source
      .nodes('ExportAllDeclaration')
      .map(({ start }) => finding(start, 'export *; list the names one by one, so that a search finds them')),
    ...reexports.map(({ start }) =>
      finding(start, "re-exports another file; import from that file, only a package's src/index.ts lists names")
    )
  ]
}
