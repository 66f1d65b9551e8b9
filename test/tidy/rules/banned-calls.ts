import type { Node } from 'oxc-parser'
import { importsOf } from '../imports.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import type { Ban } from '../tables/bans.ts'

interface Use {
  readonly name: string
  readonly start: number
}

/** Parents in which a name is not a value of this file. */
const NAMING_PARENTS: readonly string[] = ['ImportSpecifier', 'ExportSpecifier', 'TSTypeQuery', 'TSQualifiedName']

/** Time, randomness and the process itself are touched by their adapters only. */
export function bannedCalls(bans: readonly Ban[]): Rule {
  return { name: 'banned calls', sees: 'source', check: (source) => findBannedCalls(source, bans) }
}

function findBannedCalls(source: SourceFile, bans: readonly Ban[]): Finding[] {
  return usesIn(source).flatMap(({ name, start }) => {
    const ban = bans.find((each) => each.names.includes(name))
    if (ban === undefined || isAllowed(ban, source.path)) return []
    return [{ path: source.path, line: source.lineOf(start), message: `${name} is banned here; ${ban.instead}` }]
  })
}

function isAllowed(ban: Ban, path: string): boolean {
  return ban.allowedIn.some((each) => (each.path.endsWith('/') ? path.startsWith(each.path) : path === each.path))
}

function usesIn(source: SourceFile): Use[] {
  const emptyCalls = source.nodes('NewExpression').filter((node) => node.arguments.length === 0)
  const values = source.nodes('Identifier').filter((node) => isValue(source, node))
  return [
    ...values.map(({ name, start }) => ({ name, start })),
    ...source.nodes('MemberExpression').map((node) => ({ name: memberPath(source, node), start: node.start })),
    ...emptyCalls.map((node) => ({ name: emptyCall(source, node), start: node.start })),
    ...importsOf(source).flatMap(({ specifier, valueNames, start }) =>
      [specifier, ...valueNames.map((name) => `${specifier}#${name}`)].map((name) => ({ name, start }))
    )
  ]
}

/** `globalThis.Date.now` and `Date.now` are one. */
function memberPath(source: SourceFile, { start, end }: Node): string {
  return source.text.slice(start, end).replaceAll('?.', '.').replace('globalThis.', '')
}

/** `new Date` and `new Date()` are one. */
function emptyCall(source: SourceFile, { start, end }: Node): string {
  return `${source.text.slice(start, end).replace('()', '')}()`
}

/** Whether a name stands for a value, rather than naming a member, a key or a type. */
function isValue(source: SourceFile, node: Node): boolean {
  const parent = source.parentOf(node)
  if (parent === undefined || NAMING_PARENTS.includes(parent.type)) return false
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed
  return !('key' in parent && parent.key === node)
}
