import type { Writer } from './ids.ts'
import { SESSION_MAX, writerTag } from './ids.ts'

/** Who may write a key: one writer, in one of its sessions. */
export interface KeyOwner {
  readonly tag: string
  readonly session: number
}

export interface OwnedKey {
  /** What the key is about: a JSON pointer, a tag or a link. */
  readonly name: string
  readonly owner: KeyOwner
}

/** Separates the name from its owner; neither holds one (a link's name has one inside, before its target). */
export const KEY_SEPARATOR = '\u0000'

const OWNER_PATTERN = /^([A-Za-z0-9_-]{16})(?:\.([1-9][0-9]{0,4}))?$/

/**
 * Every key of the map roots is its name and its owner, so no two writers ever
 * write the same key, and Yjs never has to choose between two of them by client
 * id: the choice is ours, by the rules of registers and sets.
 *
 * A session is part of the owner for the same reason: an edit against an older
 * version is concurrent with the author's own later ones. Session 0, the usual
 * one, is left out.
 */
export function ownedKey(name: string, owner: KeyOwner): string {
  return `${name}${KEY_SEPARATOR}${formatOwner(owner)}`
}

/** `undefined` for text that `ownedKey` would not have written. */
export function parseOwnedKey(key: string): OwnedKey | undefined {
  const end = key.lastIndexOf(KEY_SEPARATOR)
  const parts = end === -1 ? null : OWNER_PATTERN.exec(key.slice(end + 1))
  if (parts === null) return undefined
  const session = Number(parts[2] ?? 0)
  return session > SESSION_MAX ? undefined : { name: key.slice(0, end), owner: { tag: parts[1]!, session } }
}

export function keyOwner(writer: Writer, session: number): KeyOwner {
  return { tag: writerTag(writer), session }
}

function formatOwner({ tag, session }: KeyOwner): string {
  return session === 0 ? tag : `${tag}.${session}`
}
