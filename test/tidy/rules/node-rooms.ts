import type { ModuleImport } from '../imports.ts'
import { importsOf, relativeTarget } from '../imports.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import { NODE_COMPOSITION_ROOTS, NODE_INDEX, NODE_ROOMS } from '../tables/node-rooms.ts'

const NODE_SOURCE = 'packages/node/src/'

/** Inside packages/node rooms import downwards, and never each other's concrete classes. */
export const nodeRooms: Rule = { name: 'node rooms', sees: 'sources', check: findRoomCrossings }

function findRoomCrossings(sources: readonly SourceFile[]): Finding[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  return sources
    .filter(({ path }) => path.startsWith(NODE_SOURCE))
    .flatMap((source) =>
      importsOf(source).flatMap((each) => {
        const target = byPath.get(relativeTarget(source.path, each.specifier) ?? '')
        const message = target === undefined ? undefined : problemWith(source, target, each)
        return message === undefined ? [] : [{ path: source.path, line: source.lineOf(each.start), message }]
      })
    )
}

function problemWith(source: SourceFile, target: SourceFile, { valueNames }: ModuleImport): string | undefined {
  const from = roomOf(source.path)
  const to = roomOf(target.path)
  if (from === to || NODE_COMPOSITION_ROOTS.includes(from) || from === NODE_INDEX) return undefined
  const unknown = [from, to].find((room) => !room.endsWith('.ts') && NODE_ROOMS[room] === undefined)
  if (unknown !== undefined) return `the room ${unknown} has no row yet; give it one in test/tidy/tables/node-rooms.ts`
  if (!from.endsWith('.ts') && to.endsWith('.ts'))
    return `${from} imports upwards; move what it needs into a room below`
  if (!from.endsWith('.ts') && NODE_ROOMS[from]?.includes(to) !== true) {
    return `${from} may not import from ${to}; ask for an interface of your own and let open-node.ts pass it in`
  }
  const concrete = classesOf(target).find((name) => valueNames.includes(name))
  if (concrete === undefined) return undefined
  return `names the class ${concrete} of another room; take an interface, and let open-node.ts pass the class in`
}

/** The folder below src, or the file's own name when it lies directly in src. */
function roomOf(path: string): string {
  return path.slice(NODE_SOURCE.length).split('/')[0] ?? ''
}

function classesOf(source: SourceFile): string[] {
  return source.nodes('ClassDeclaration').flatMap(({ id }) => (id === null ? [] : [id.name]))
}
