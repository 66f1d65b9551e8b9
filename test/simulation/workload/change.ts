/** What a client asks a node to do. Words are written once in a run, so that a lost or doubled one shows. */
export type Change =
  | { readonly kind: 'create' | 'append' | 'insert' | 'mark' | 'put'; readonly path: string; readonly word: string }
  /** Waits until so many nodes have it on their disks. */
  | { readonly kind: 'copied'; readonly path: string; readonly word: string; readonly copies: number }
  /** What one caller does on one node after another: reads all it knows of, then writes on. */
  | { readonly kind: 'roam'; readonly path: string; readonly word: string }
  /** More than one commit, when there is much below. */
  | { readonly kind: 'remove-tree'; readonly path: string }
  | { readonly kind: 'move-tree'; readonly path: string; readonly to: string }
  /** Against a version that others may have gone on from. */
  | { readonly kind: 'old-edit'; readonly path: string; readonly word: string; readonly pick: number }
  | { readonly kind: 'expire'; readonly path: string; readonly word: string; readonly afterMs: number }
  | { readonly kind: 'batch'; readonly paths: readonly string[]; readonly word: string }
  | { readonly kind: 'remove' | 'undelete'; readonly path: string }
  | { readonly kind: 'move'; readonly path: string; readonly to: string }

/** Nothing that is ever written below it is deleted again but by hiding the whole context. */
export const KEPT_FOLDER = '/kept'

export function isKept(path: string): boolean {
  return path.startsWith(`${KEPT_FOLDER}/`)
}

export function describeChange(change: Change): string {
  if (change.kind === 'batch') return `batch ${change.paths.join(' ')}`
  if (change.kind === 'move' || change.kind === 'move-tree') return `${change.kind} ${change.path} to ${change.to}`
  return `${change.kind} ${change.path}`
}
