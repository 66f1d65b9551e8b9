import type { Node } from 'oxc-parser'
import type { SourceFile } from './source-file.ts'

/** One place where a file names another module, whatever the syntax. */
export interface ModuleImport {
  readonly specifier: string
  readonly start: number
  /** Whether it disappears when types are stripped. */
  readonly isTypeOnly: boolean
  /** The names taken at run time, as the other module calls them. */
  readonly valueNames: readonly string[]
}

/** Static and dynamic imports, re-exports and `import('…')` types. */
export function importsOf(source: SourceFile): ModuleImport[] {
  return source
    .nodes('ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType')
    .flatMap((node) => {
      const specifier = node.source?.type === 'Literal' ? node.source.value : undefined
      if (typeof specifier !== 'string') return []
      return [{ specifier, start: node.start, isTypeOnly: isTypeOnly(node), valueNames: valueNames(node) }]
    })
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true
  if (node.type === 'ImportDeclaration') return node.importKind === 'type'
  return (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.exportKind === 'type'
}

function valueNames(node: Node): string[] {
  if (isTypeOnly(node)) return []
  if (node.type === 'ImportDeclaration') {
    return node.specifiers.flatMap((each) =>
      each.type === 'ImportSpecifier' && each.importKind !== 'type' ? [moduleExportName(each.imported)] : []
    )
  }
  return node.type === 'ExportNamedDeclaration' ? node.specifiers.map((each) => moduleExportName(each.local)) : []
}

function moduleExportName(name: Node): string {
  if (name.type === 'Identifier') return name.name
  return name.type === 'Literal' ? String(name.value) : ''
}

/** The repository path a relative specifier points to, or undefined for a package. */
export function relativeTarget(fromPath: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const segments = fromPath.split('/').slice(0, -1)
  for (const segment of specifier.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(segment)
  }
  return segments.join('/')
}

/** `@scope/name/deep/file` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
