import type { Node } from 'web-tree-sitter'
import { isBlank } from './block.ts'
import { declarationName } from './declaration-name.ts'

/** A place before which code may be cut. */
export interface BlockStart {
  readonly start: number
  readonly depth: number
  /** The declarations around it and its own, outermost first. */
  readonly names: readonly string[]
}

export interface Surroundings {
  readonly depth: number
  readonly level: number
  readonly names: readonly string[]
}

interface Remark {
  readonly start: number
  readonly end: number
}

/** Nodes that only hold the members of what they belong to: a remark before one is about its first member. */
const BODY = /^(?:block|body_statement|statement_list)$/
/** Deeper nodes are not looked into; code that people read is not nested so deep. */
const TREE_LEVELS_MAX = 40
/** What is written above a declaration and is about it. */
const REMARK = /comment|^attribute_item$|^attribute_list$|^annotation$|^decorator$/

/**
 * Finds the lines of code before which it may be cut.
 *
 * Invariants:
 * 1. A block starts with a line, never within one.
 * 2. What is written about a declaration, comment or attribute, starts its block.
 * 3. Starts ascend, and there are at most as many as lines.
 */
export class BlockStarts {
  readonly found: BlockStart[] = []
  readonly #code: string
  readonly #smallUnits: number

  constructor(code: string, smallUnits: number) {
    this.#code = code
    this.#smallUnits = smallUnits
  }

  visit(parent: Node, around: Surroundings, above?: Remark): void {
    if (around.level >= TREE_LEVELS_MAX) return
    let remark = above
    for (const node of parent.children) {
      if (remark !== undefined && this.#isBlankLineBetween(remark.end, node.startIndex)) {
        this.#add(remark.start, around)
        remark = undefined
      }
      if (REMARK.test(node.type) && this.#startsLine(node.startIndex)) {
        remark = { start: remark?.start ?? node.startIndex, end: node.endIndex }
      } else {
        if (BODY.test(node.type)) this.visit(node, { ...around, level: around.level + 1 }, remark)
        else this.#visitChild(node, remark?.start ?? node.startIndex, around)
        remark = undefined
      }
    }
    if (remark !== undefined) this.#add(remark.start, around)
  }

  #visitChild(node: Node, start: number, { depth, level, names }: Surroundings): void {
    const isLarge = node.endIndex - node.startIndex > this.#smallUnits
    const isBlock = node.isNamed && this.#startsLine(start) && this.#code[node.startIndex] !== '{'
    if (!isBlock && !isLarge) return
    const name = declarationName(node)
    const namesWithin = name === undefined || name === names.at(-1) ? names : [...names, name]
    if (isBlock) this.#add(start, { depth, level, names: namesWithin })
    if (isLarge) this.visit(node, { depth: isBlock ? depth + 1 : depth, level: level + 1, names: namesWithin })
  }

  #add(start: number, { depth, names }: Surroundings): void {
    const lineStart = start === 0 ? 0 : this.#code.lastIndexOf('\n', start - 1) + 1
    if (lineStart > (this.found.at(-1)?.start ?? -1)) this.found.push({ start: lineStart, depth, names })
  }

  #startsLine(index: number): boolean {
    // Backwards over blanks only: looking for the line's start would read a long line once for each of its nodes.
    let before = index - 1
    while (before >= 0 && this.#code[before] !== '\n' && isBlank(this.#code.charCodeAt(before))) before -= 1
    return before < 0 || this.#code[before] === '\n'
  }

  #isBlankLineBetween(start: number, end: number): boolean {
    // The trees of some grammars end a comment after its line end.
    const between = this.#code.slice(Math.max(0, start - 1), end)
    return between.indexOf('\n') !== between.lastIndexOf('\n')
  }
}
