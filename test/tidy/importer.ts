import type { PackageName, PackageRow } from './tables/package-table.ts'
import { PACKAGE_TABLE } from './tables/package-table.ts'

/** Where an import stands in the table of packages. */
export interface Importer {
  readonly name: PackageName
  readonly row: PackageRow
  /** A package's tests may use any module of Node and any tool, but not another package or library of the table. */
  readonly isTest: boolean
}

/** Undefined for files outside the packages, which no row binds. */
export function importerOf(path: string): Importer | undefined {
  const [, name, folder] = /^packages\/([^/]+)\/([^/]+)\//.exec(path) ?? []
  if (name === undefined || !isPackageName(name)) return undefined
  return { name, row: PACKAGE_TABLE[name], isTest: folder === 'test' }
}

function isPackageName(name: string): name is PackageName {
  return Object.hasOwn(PACKAGE_TABLE, name)
}
