import type { JsonValue } from '../json.ts'
import type { ContextContent } from './content.ts'
import { ContentEditor } from './content-editor.ts'
import type { DraftOperation } from './draft-operation.ts'
import type { FieldKeys } from './json-pointer.ts'
import { checkedLink } from './tags-and-links.ts'

/** A link as a caller may write it: its path is parsed. */
export interface LinkInput {
  readonly to: string
  readonly rel: string
}

/** Applies an operation to the draft's content, then records it. */
type Recorder = (operation: DraftOperation) => void

/**
 * What an edit looks like to the program that makes it. It reads the content it
 * began with and its own changes, and records operations; nothing is written
 * until the operations are handed to a document or sent to a node.
 *
 * A change that is refused throws `HcfsError` and is not recorded. Works in
 * browsers, and knows nothing of Yjs.
 */
export class Draft {
  readonly body: DraftBody
  readonly fields: DraftFields
  readonly meta: DraftFields
  readonly tags: DraftTags
  readonly links: DraftLinks
  readonly #editor: ContentEditor
  readonly #operations: DraftOperation[] = []

  constructor(base: ContextContent) {
    const editor = new ContentEditor(base)
    const record: Recorder = (operation) => {
      editor.apply(operation)
      this.#operations.push(ownCopy(operation, editor))
    }
    this.#editor = editor
    this.body = new DraftBody(editor, record)
    this.fields = new DraftFields(editor, record, 'fields')
    this.meta = new DraftFields(editor, record, 'meta')
    this.tags = new DraftTags(editor, record)
    this.links = new DraftLinks(editor, record)
  }

  /** What was done so far, as JSON. */
  get operations(): readonly DraftOperation[] {
    return [...this.#operations]
  }

  /** The content as it would be. */
  get content(): ContextContent {
    return this.#editor.content()
  }
}

/** Plain text. Positions and lengths count UTF-16 units, as JavaScript strings do. */
export class DraftBody {
  readonly #editor: ContentEditor
  readonly #record: Recorder

  constructor(editor: ContentEditor, record: Recorder) {
    this.#editor = editor
    this.#record = record
  }

  get length(): number {
    return this.#editor.bodyLength
  }

  insert(at: number, text: string): void {
    this.#record({ kind: 'body.insert', at, text })
  }

  append(text: string): void {
    this.insert(this.length, text)
  }

  delete(at: number, length: number): void {
    this.#record({ kind: 'body.delete', at, length })
  }

  /** Written as the difference from the text as it is, so that concurrent edits of its other lines survive. */
  replace(text: string): void {
    this.#record({ kind: 'body.replace', text })
  }

  toString(): string {
    return this.#editor.body
  }
}

/** A JSON object. A key names a member of it; a list of keys leads further down. */
export class DraftFields {
  readonly #editor: ContentEditor
  readonly #record: Recorder
  readonly #part: 'fields' | 'meta'

  constructor(editor: ContentEditor, record: Recorder, part: 'fields' | 'meta') {
    this.#editor = editor
    this.#record = record
    this.#part = part
  }

  get(keyOrKeys: string | FieldKeys): JsonValue | undefined {
    return this.#editor.valueAt(this.#part, keysOf(keyOrKeys))
  }

  set(keyOrKeys: string | FieldKeys, value: JsonValue): void {
    this.#record({ kind: this.#part === 'fields' ? 'field.set' : 'meta.set', keys: keysOf(keyOrKeys), value })
  }

  remove(keyOrKeys: string | FieldKeys): void {
    this.#record({ kind: this.#part === 'fields' ? 'field.remove' : 'meta.remove', keys: keysOf(keyOrKeys) })
  }
}

/** A set of texts. Adding one that is there confirms it: it then survives a concurrent removal. */
export class DraftTags {
  readonly #editor: ContentEditor
  readonly #record: Recorder

  constructor(editor: ContentEditor, record: Recorder) {
    this.#editor = editor
    this.#record = record
  }

  has(tag: string): boolean {
    return this.#editor.hasTag(tag)
  }

  add(...tags: readonly string[]): void {
    for (const tag of tags) this.#record({ kind: 'tag.add', tag })
  }

  remove(...tags: readonly string[]): void {
    for (const tag of tags) this.#record({ kind: 'tag.remove', tag })
  }
}

/** A set of references to other contexts; paths may be written as text. */
export class DraftLinks {
  readonly #editor: ContentEditor
  readonly #record: Recorder

  constructor(editor: ContentEditor, record: Recorder) {
    this.#editor = editor
    this.#record = record
  }

  has(link: LinkInput): boolean {
    return this.#editor.hasLink(checkedLink(link))
  }

  add(link: LinkInput): void {
    this.#record({ kind: 'link.add', link: checkedLink(link) })
  }

  remove(link: LinkInput): void {
    this.#record({ kind: 'link.remove', link: checkedLink(link) })
  }
}

function keysOf(keyOrKeys: string | FieldKeys): FieldKeys {
  return typeof keyOrKeys === 'string' ? [keyOrKeys] : [...keyOrKeys]
}

/** The caller may go on to change the value that it passed; the editor holds a frozen copy. */
function ownCopy(operation: DraftOperation, editor: ContentEditor): DraftOperation {
  if (operation.kind !== 'field.set' && operation.kind !== 'meta.set') return Object.freeze(operation)
  const value = editor.valueAt(operation.kind === 'field.set' ? 'fields' : 'meta', operation.keys) ?? operation.value
  return Object.freeze({ ...operation, value })
}
