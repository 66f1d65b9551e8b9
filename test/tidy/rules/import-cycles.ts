import type { Graph } from '../cycles.ts'
import { cyclesOf } from '../cycles.ts'
import { importsOf, packageOf, relativeTarget } from '../imports.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

/** No file and no package depends on itself, type imports included: a reader can start anywhere and arrive. */
export const importCycles: Rule = { name: 'import cycles', sees: 'sources', check: findImportCycles }

function findImportCycles(sources: readonly SourceFile[]): Finding[] {
  const files = fileGraph(sources)
  const cycles = [...cyclesOf(files), ...cyclesOf(packageGraph(files))]
  return cycles.map((cycle) => ({
    path: cycle[0] ?? '',
    line: 1,
    message: `imports itself: ${cycle.join(' → ')}; move what two of them share into a file of its own`
  }))
}

function fileGraph(sources: readonly SourceFile[]): Graph {
  const paths = new Set(sources.map(({ path }) => path))
  return new Map(
    sources.map((source) => {
      const targets = importsOf(source).map(({ specifier }) => targetOf(source.path, specifier))
      return [source.path, new Set(targets.filter((target) => paths.has(target)))]
    })
  )
}

function targetOf(path: string, specifier: string): string {
  const name = /^@hcfs\/(.+)$/.exec(packageOf(specifier))?.[1]
  return name === undefined ? (relativeTarget(path, specifier) ?? '') : `packages/${name}/src/index.ts`
}

/** Tests do not count: nothing depends on them, and they may use whatever their package publishes. */
function packageGraph(files: Graph): Graph {
  const packages = new Map<string, Set<string>>()
  for (const [path, targets] of files) {
    const from = packageFolder(path)
    if (from === undefined) continue
    const known = packages.get(from) ?? new Set()
    packages.set(from, known)
    for (const target of targets) {
      const to = packageFolder(target)
      if (to !== undefined && to !== from) known.add(to)
    }
  }
  return packages
}

function packageFolder(path: string): string | undefined {
  return /^(packages\/[^/]+)\/src\//.exec(path)?.[1]
}
