import type { Importer } from '../importer.ts'
import { importerOf } from '../importer.ts'
import type { ModuleImport } from '../imports.ts'
import { importsOf, packageOf, relativeTarget } from '../imports.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import { NAMED_LIBRARIES, PACKAGE_ADAPTERS } from '../tables/package-table.ts'

/** Dependencies between packages point one way, and each library has its place. */
export const packageImports: Rule = { name: 'package imports', sees: 'source', check: findPackageImports }

function findPackageImports(source: SourceFile): Finding[] {
  const importer = importerOf(source.path)
  if (importer === undefined) return []
  return importsOf(source).flatMap((each) => {
    const problem = isAdapter(source.path, each) ? undefined : problemWith(importer, source.path, each.specifier)
    return problem === undefined ? [] : [{ path: source.path, line: source.lineOf(each.start), message: problem }]
  })
}

function problemWith({ name, row, isTest }: Importer, path: string, specifier: string): string | undefined {
  const target = relativeTarget(path, specifier)
  if (target !== undefined) {
    const staysInside = target.startsWith(`packages/${name}/`) || (isTest && !target.startsWith('packages/'))
    return staysInside ? undefined : `reaches into another package by path; import its name: @hcfs/…`
  }
  if (specifier.startsWith('#')) return undefined
  const refused = `${name} may not import ${specifier}: ${row.reason}; `
  if (specifier.startsWith('node:')) {
    return isTest || allows(row.builtins, specifier) ? undefined : `${refused}pass what you need in as an interface`
  }
  const library = packageOf(specifier)
  if (library.startsWith('@hcfs/')) {
    const allowed = [name, ...row.packages].map((each) => `@hcfs/${each}`)
    return allowed.includes(library)
      ? undefined
      : `${refused}it may import ${allowed.slice(1).join(', ') || 'no package'}`
  }
  const named = Object.entries(NAMED_LIBRARIES).find(([, pattern]) => pattern.test(specifier))?.[0]
  if (named !== undefined) {
    return row.libraries.some((each) => each === named) ? undefined : `${refused}go through the package that may`
  }
  return isTest || allows(row.otherLibraries, library) ? undefined : `${refused}write it here, or put it a level up`
}

function allows(allowed: 'any' | readonly string[], name: string): boolean {
  return allowed === 'any' || allowed.includes(name)
}

function isAdapter(path: string, { specifier }: ModuleImport): boolean {
  return PACKAGE_ADAPTERS.some((adapter) => adapter.path === path && adapter.specifier.test(specifier))
}
