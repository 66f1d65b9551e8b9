import type { CommitId } from '../ids/ids.ts'
import type { JsonObject } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { ContextParts } from './context.ts'
import type { CallOptions } from './contexts-api.ts'
import type { Token } from './receipt.ts'

/** A template, without what it holds. */
export interface TemplateInfo {
  readonly name: string
  readonly title?: string
  /** `network`: contexts below `/templates`, which replicate. `shipped`: a part of HCFS. */
  readonly source: 'network' | 'shipped'
}

export interface Template extends TemplateInfo {
  readonly description: string
  /** A JSON Schema of an object; docs/TEMPLATES.md says which keywords count. */
  readonly parameters: JsonObject
  /** By path, from the one that the template is applied to: `/` is that itself. */
  readonly contexts: Readonly<Record<string, ContextParts>>
}

export interface ApplyTemplateOptions extends CallOptions {
  readonly parameters?: JsonObject
  /** Merged into what the template makes, by path as in `Template.contexts`: objects key by key, tags and links added, bodies replaced. */
  readonly customise?: Readonly<Record<string, ContextParts>>
  readonly by?: By
  /** Why, for the history. @default names the template */
  readonly note?: string
}

export interface TemplateReceipt {
  readonly path: ContextPath
  readonly created: readonly ContextPath[]
  /** What stood there already, and was left as it is. */
  readonly kept: readonly ContextPath[]
  /** Absent when everything was there. */
  readonly commit?: CommitId
  readonly token?: Token
}

/** Subtrees of contexts to begin with. */
export interface TemplatesApi {
  list(options?: CallOptions): Promise<readonly TemplateInfo[]>
  /** Fails with `TEMPLATE_NOT_FOUND`. */
  get(name: string, options?: CallOptions): Promise<Template>
  /** Creates what the template holds at and below a path, in one commit. What is there already is left as it is. */
  apply(name: string, path: string, options?: ApplyTemplateOptions): Promise<TemplateReceipt>
  /** Writes a shipped template below `/templates`, where the network can change it. */
  add(name: string, options?: Pick<ApplyTemplateOptions, 'by' | 'note' | 'signal'>): Promise<TemplateReceipt>
}
