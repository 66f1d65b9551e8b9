import type { ContextPath, ListEntry } from '@hcfs/core'
import { parsePath, pathSegments } from '@hcfs/core'
import type { Paint } from './colours.ts'
import { plainText } from './plain-text.ts'

interface Branch {
  readonly name: string
  readonly branches: Map<string, Branch>
  isContext: boolean
  title: string
}

/** The contexts below a path as a tree, with the folders that lead to them. */
export class PathTree {
  readonly root: ContextPath
  readonly top: Branch
  contextCount = 0
  readonly #depthMax: number

  constructor(root: string, depthMax: number) {
    this.root = parsePath(root)
    this.top = newBranch(this.root)
    this.#depthMax = depthMax
  }

  /** False for what lies deeper than asked for. */
  add({ path, title = '' }: Pick<ListEntry, 'path' | 'title'>): boolean {
    const names = pathSegments(path).slice(pathSegments(this.root).length)
    let branch = this.top
    for (const name of names.slice(0, this.#depthMax)) {
      const next = branch.branches.get(name) ?? newBranch(name)
      branch.branches.set(name, next)
      branch = next
    }
    if (names.length > this.#depthMax) return false
    branch.isContext = true
    branch.title = title
    this.contextCount += 1
    return true
  }
}

export function treeLines({ top }: PathTree, paint: Paint): string[] {
  return [paint('bold', plainText(top.name)), ...branchLines(top, '', paint)]
}

function branchLines(branch: Branch, indent: string, paint: Paint): string[] {
  const branches = [...branch.branches.values()]
  return branches.flatMap((each, index) => {
    const isLast = index === branches.length - 1
    const name = each.isContext ? plainText(each.name) : paint('dim', `${plainText(each.name)}/`)
    const title = each.title === '' ? '' : `  ${paint('dim', plainText(each.title))}`
    return [
      `${indent}${isLast ? '└── ' : '├── '}${name}${title}`,
      ...branchLines(each, indent + (isLast ? '    ' : '│   '), paint)
    ]
  })
}

function newBranch(name: string): Branch {
  return { name, branches: new Map(), isContext: false, title: '' }
}
