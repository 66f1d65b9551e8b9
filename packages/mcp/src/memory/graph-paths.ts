import type { ContextPath } from '@hcfs/core'
import { parsePath, sha256Hex } from '@hcfs/core'
import type { Relation } from './graph.ts'

export const ENTITIES_ROOT = '/memory/entities'
export const RELATIONS_ROOT = '/memory/relations'

const KEY_CHARS = 32
const SLUG_CHARS_MAX = 40
const PLAIN_NAME = /^[\p{L}\p{N}_-][\p{L}\p{N} _.-]{0,62}$/u

/**
 * Where an entity lives: under its own name where that can stand in a path, else
 * under a part of it and a hash. Equal names give equal paths and different names
 * different ones, because no plain name has a tilde.
 */
export function entityPath(name: string): ContextPath {
  const isPlain = PLAIN_NAME.test(name) && name === name.normalize('NFC') && !name.endsWith(' ')
  return parsePath(`${ENTITIES_ROOT}/${isPlain ? name : `${slugOf(name)}~${keyOf(name)}`}`)
}

export function relationPath({ from, to, relationType }: Relation): ContextPath {
  return parsePath(`${RELATIONS_ROOT}/${slugOf(relationType)}~${keyOf(JSON.stringify([from, to, relationType]))}`)
}

/** The key of an observation among those of its entity: saying it twice is saying it once. */
export function keyOf(text: string): string {
  return sha256Hex(new TextEncoder().encode(text)).slice(0, KEY_CHARS)
}

function slugOf(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, SLUG_CHARS_MAX)
    .toWellFormed()
    .replace(/\uFFFD/gu, '')
}
