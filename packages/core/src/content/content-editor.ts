import { HcfsError } from '../errors/hcfs-error.ts'
import type { JsonValue } from '../json.ts'
import type { ContextContent, Link } from './content.ts'
import { compareLinks, compareText, linkName } from './content.ts'
import type { DraftOperation } from './draft-operation.ts'
import type { FieldStep } from './field-editor.ts'
import { FieldEditor } from './field-editor.ts'
import type { FieldKeys } from './json-pointer.ts'
import { assertMetaLeaves } from './meta-value.ts'
import type { SetStep } from './set-editor.ts'
import { SetEditor } from './set-editor.ts'
import { checkedLink, checkedTag } from './tags-and-links.ts'
import { TextBuffer } from './text-buffer.ts'

/** One write of the body. */
export type BodyStep =
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'replace'; readonly text: string }

/** What an edit does, checked, part by part; operations that change nothing are left out. */
export interface ContentSteps {
  readonly body: readonly BodyStep[]
  readonly fields: readonly FieldStep[]
  readonly meta: readonly FieldStep[]
  readonly tags: readonly SetStep<string>[]
  readonly links: readonly SetStep<Link>[]
}

/**
 * A content while it is edited: the meaning of every `DraftOperation`, without
 * Yjs. Drafts show their pending state with it, and a document checks an edit
 * with it before it changes anything.
 *
 * An operation that throws has changed nothing.
 */
export class ContentEditor {
  readonly #base: ContextContent
  readonly #body: TextBuffer
  readonly #fields: FieldEditor
  readonly #meta: FieldEditor
  readonly #tags: SetEditor<string>
  readonly #links: SetEditor<Link>
  readonly #bodySteps: BodyStep[] = []

  constructor(base: ContextContent) {
    this.#base = base
    this.#body = new TextBuffer(base.body)
    this.#fields = new FieldEditor(base.fields)
    this.#meta = new FieldEditor(base.meta, assertMetaLeaves)
    this.#tags = new SetEditor(base.tags, { nameOf: (tag) => tag, compare: compareText })
    this.#links = new SetEditor(base.links, { nameOf: linkName, compare: compareLinks })
  }

  get steps(): ContentSteps {
    return {
      body: this.#bodySteps,
      fields: this.#fields.steps,
      meta: this.#meta.steps,
      tags: this.#tags.steps,
      links: this.#links.steps
    }
  }

  get body(): string {
    return this.#body.toString()
  }

  get bodyLength(): number {
    return this.#body.length
  }

  valueAt(part: 'fields' | 'meta', keys: FieldKeys): JsonValue | undefined {
    return part === 'fields' ? this.#fields.get(keys) : this.#meta.get(keys)
  }

  hasTag(tag: string): boolean {
    return this.#tags.has(tag)
  }

  hasLink(link: Link): boolean {
    return this.#links.has(link)
  }

  /** The content as edited so far; parts that were not edited are those of the base. */
  content(): ContextContent {
    return Object.freeze({
      body: this.#bodySteps.length === 0 ? this.#base.body : this.body,
      fields: this.#fields.toJson(),
      tags: this.#tags.toArray(),
      links: this.#links.toArray(),
      meta: this.#meta.toJson()
    })
  }

  apply(operation: DraftOperation): void {
    switch (operation.kind) {
      case 'body.insert':
        this.#insert(operation.at, operation.text)
        break
      case 'body.delete':
        this.#delete(operation.at, operation.length)
        break
      case 'body.replace':
        this.#replace(operation.text)
        break
      case 'field.set':
        this.#fields.set(operation.keys, operation.value)
        break
      case 'field.remove':
        this.#fields.remove(operation.keys)
        break
      case 'meta.set':
        this.#meta.set(operation.keys, operation.value)
        break
      case 'meta.remove':
        this.#meta.remove(operation.keys)
        break
      case 'tag.add':
        this.#tags.add(checkedTag(operation.tag))
        break
      case 'tag.remove':
        this.#tags.remove(checkedTag(operation.tag))
        break
      case 'link.add':
        this.#links.add(checkedLink(operation.link))
        break
      case 'link.remove':
        this.#links.remove(checkedLink(operation.link))
        break
      default:
        throw unknownOperation(operation)
    }
  }

  #insert(at: number, text: string): void {
    this.#body.insert(at, text)
    if (text !== '') this.#bodySteps.push({ kind: 'insert', at, text })
  }

  #delete(at: number, length: number): void {
    this.#body.delete(at, length)
    if (length > 0) this.#bodySteps.push({ kind: 'delete', at, length })
  }

  #replace(text: string): void {
    if (text === this.body) return
    this.#body.replace(text)
    this.#bodySteps.push({ kind: 'replace', text })
  }
}

/** From a newer client: the compiler knows that there are no others. */
function unknownOperation(operation: never): HcfsError {
  return new HcfsError(
    'BAD_REQUEST',
    `This version does not know the operation ${JSON.stringify(operation)}; update it`
  )
}
