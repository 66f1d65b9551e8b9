import type { ContentSteps, ContextContent, HybridTime, Link } from '@hcfs/core'
import { compareLinks, compareText, linkName } from '@hcfs/core'
import type * as Y from 'yjs'
import type { DocumentRoot } from './map-entry.ts'
import type { OwnedSetKind } from './owned-set.ts'
import { OwnedSet } from './owned-set.ts'
import type { RegisterWrite } from './register-map.ts'
import { RegisterMap } from './register-map.ts'
import { readLinkEntry, readTagEntry } from './set-entry.ts'
import type { StructPlace } from './struct-lookup.ts'
import type { TextEdit } from './text-diff.ts'

type Root = Y.Item['parent']

export const TAGS: OwnedSetKind<string> = {
  read: (key, stored) => readTagEntry(key, stored)?.tag,
  nameOf: (tag) => tag,
  compare: compareText
}

export const LINKS: OwnedSetKind<Link> = {
  read: (key, stored) => readLinkEntry(key, stored)?.link,
  nameOf: linkName,
  compare: compareLinks
}

/**
 * The five roots of a context document, and the content they hold. Remembers
 * each part of the content until the root it comes from changes.
 */
export class DocumentRoots {
  readonly #body: Y.Text
  readonly #fields: RegisterMap
  readonly #meta: RegisterMap
  readonly #tags: OwnedSet<string>
  readonly #links: OwnedSet<Link>
  readonly #names: ReadonlyMap<Root, DocumentRoot>
  /** The parts whose roots have not changed since they were read. */
  #known: Readonly<Partial<ContextContent>> = {}
  #content: ContextContent | undefined

  constructor(doc: Y.Doc) {
    const [fields, meta] = [doc.getMap('fields'), doc.getMap('meta')]
    const [tags, links] = [doc.getMap('tags'), doc.getMap('links')]
    this.#body = doc.getText('body')
    this.#fields = new RegisterMap('fields', fields)
    this.#meta = new RegisterMap('meta', meta)
    this.#tags = new OwnedSet(tags, TAGS)
    this.#links = new OwnedSet(links, LINKS)
    this.#names = new Map<Root, DocumentRoot>([
      [this.#body, 'body'],
      [fields, 'fields'],
      [meta, 'meta'],
      [tags, 'tags'],
      [links, 'links']
    ])
  }

  /** Whether the body was ever written, deleted text included. */
  get hasBodyStructs(): boolean {
    return this.#body._start !== null
  }

  content(): ContextContent {
    this.#content ??= Object.freeze({
      body: this.#known.body ?? this.#body.toString(),
      fields: this.#known.fields ?? this.#fields.toJson(),
      tags: this.#known.tags ?? this.#tags.toArray(),
      links: this.#known.links ?? this.#links.toArray(),
      meta: this.#known.meta ?? this.#meta.toJson()
    })
    this.#known = this.#content
    return this.#content
  }

  /** The content after writes whose outcome is known without reading it back. */
  remember(content: ContextContent): void {
    this.#content = content
    this.#known = content
  }

  /** An update changed these roots. */
  forget(changed: readonly Root[]): void {
    const names = new Set<string | undefined>(changed.map((root) => this.#names.get(root)))
    if (names.has('fields')) this.#fields.forget()
    if (names.has('meta')) this.#meta.forget()
    this.#known = Object.fromEntries(Object.entries(this.#known).filter(([name]) => !names.has(name)))
    this.#content = undefined
  }

  placeOf(item: Y.Item): StructPlace | undefined {
    const root = this.#names.get(item.parent)
    return root === undefined ? undefined : { root, key: item.parentSub ?? undefined }
  }

  /** A register that is older than what it replaces would lose against it. */
  assertIsLater(time: HybridTime): void {
    const latest = Math.max(this.#fields.latestTime, this.#meta.latestTime)
    if (time > latest) return
    throw new TypeError(`An edit is later than what it follows: ${time} is not after ${latest}`)
  }

  /** Inside a transaction. */
  writeBody(edits: readonly TextEdit[]): void {
    for (const { at, deleted, inserted } of edits) {
      if (deleted > 0) this.#body.delete(at, deleted)
      if (inserted !== '') this.#body.insert(at, inserted)
    }
  }

  /** Inside a transaction. */
  writeMaps(steps: ContentSteps, write: RegisterWrite): void {
    this.#fields.write(steps.fields, write)
    this.#meta.write(steps.meta, write)
    this.#tags.write(steps.tags, write.owner)
    this.#links.write(steps.links, write.owner)
  }
}
