import type { Comment, Node } from 'oxc-parser'
import { parseSync, visitorKeys } from 'oxc-parser'
import type { RepositoryFile } from './repository-file.ts'

type NodeOf<Type extends Node['type']> = Node & { readonly type: Type }

/** A parsed TypeScript or JavaScript file. Parsing and walking happen once; all rules share the result. */
export class SourceFile implements RepositoryFile {
  readonly path: string
  readonly text: string
  readonly comments: readonly Comment[]
  /** What the parser could not read, empty for a file that the other rules can judge. */
  readonly parseErrors: readonly string[]
  readonly #nodesByType = new Map<string, Node[]>()
  readonly #parents = new Map<Node, Node>()

  constructor({ path, text }: RepositoryFile) {
    const parsed = parseSync(path, text, { preserveParens: false })
    this.path = path
    this.text = text
    this.comments = parsed.comments
    this.parseErrors = parsed.errors.map((error) => error.message)
    this.#index(parsed.program)
  }

  /** All nodes of some types, in the order of the types, then of the source. */
  nodes<Type extends Node['type']>(...types: readonly Type[]): readonly NodeOf<Type>[] {
    return types.flatMap((type) => (this.#nodesByType.get(type) ?? []) as NodeOf<Type>[])
  }

  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node)
  }

  lineOf(offset: number): number {
    return lineAt(this.text, offset)
  }

  /** How many lines a node touches. */
  lineCountOf({ start, end }: Node): number {
    return this.lineOf(end) - this.lineOf(start) + 1
  }

  #index(node: Node): void {
    const known = this.#nodesByType.get(node.type)
    if (known === undefined) this.#nodesByType.set(node.type, [node])
    else known.push(node)
    for (const child of childrenOf(node)) {
      this.#parents.set(child, node)
      this.#index(child)
    }
  }
}

export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

function childrenOf(node: Node): Node[] {
  const values = new Map<string, unknown>(Object.entries(node))
  return (visitorKeys[node.type] ?? []).flatMap((key) => [values.get(key)].flat().filter(isNode))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}
