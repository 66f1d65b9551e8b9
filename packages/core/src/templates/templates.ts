import type { Context, ContextParts } from '../api/context.ts'
import type { BatchItem, CallOptions, ContextsApi } from '../api/contexts-api.ts'
import type { ApplyTemplateOptions, Template, TemplateInfo, TemplateReceipt, TemplatesApi } from '../api/templates.ts'
import { HcfsError, hasErrorCode } from '../errors/hcfs-error.ts'
import { isJsonObject } from '../json.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import type { ContextPath } from '../paths/context-path.ts'
import { parsePath } from '../paths/context-path.ts'
import { contentsPath, fillTemplate, TEMPLATES_PATH } from './fill-template.ts'
import { parametersFor } from './parameter-schema.ts'
import { SHIPPED_TEMPLATES } from './shipped/shipped-templates.ts'
import { templateInvalid } from './template-errors.ts'

export interface TemplatesComponents {
  contexts: Pick<ContextsApi, 'get' | 'list' | 'batch'>
}

const KIND = 'template'
const NO_PARAMETERS = { type: 'object', properties: {} }
/** Somebody else may create the same contexts between looking and writing; each time fewer are missing. */
const ATTEMPTS_MAX = 8

/**
 * Templates over any contexts, embedded or from far away.
 *
 * 1. What is written is one commit, and only contexts that were not there.
 * 2. Applying twice is applying once; what was changed since stays changed.
 * 3. Two nodes that apply the same at once write the same first bodies, so no text is doubled.
 *
 * Templates of the network hide shipped ones of the same name.
 */
export class Templates implements TemplatesApi {
  readonly #contexts: TemplatesComponents['contexts']

  constructor({ contexts }: TemplatesComponents) {
    this.#contexts = contexts
  }

  async list({ signal }: CallOptions = {}): Promise<readonly TemplateInfo[]> {
    const found = new Map<string, TemplateInfo>()
    for (const { name, title } of SHIPPED_TEMPLATES) found.set(name, { name, ...titleOf(title), source: 'shipped' })
    for (const { name, title } of await this.#ofNetwork(signal))
      found.set(name, { name, ...titleOf(title), source: 'network' })
    return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  async get(name: string, { signal }: CallOptions = {}): Promise<Template> {
    const ended = signal && { signal }
    const path = placeOf(name)
    const context = await this.#find(path, ended ?? {})
    if (context?.meta.kind !== KIND) {
      const shipped = SHIPPED_TEMPLATES.find((each) => each.name === name)
      if (shipped !== undefined) return { ...shipped, source: 'shipped' }
      throw new HcfsError('TEMPLATE_NOT_FOUND', `There is no template ${name}; a listing shows what there is`, {
        details: { name }
      })
    }
    const { body, fields, meta } = context
    const parameters = fields['parameters'] ?? NO_PARAMETERS
    if (!isJsonObject(parameters)) throw templateInvalid('is no JSON Schema object', `${path} fields.parameters`)
    return {
      name,
      ...titleOf(meta.title),
      source: 'network',
      description: body,
      parameters,
      contexts: await this.#contents(contentsPath(name), ended ?? {})
    }
  }

  async apply(name: string, path: string, options: ApplyTemplateOptions = {}): Promise<TemplateReceipt> {
    const { parameters = {}, customise = {}, signal } = options
    const target = parsePath(path)
    const template = await this.get(name, signal && { signal })
    const filled = fillTemplate(template, {
      parameters: parametersFor(template.parameters, parameters),
      customise,
      target
    })
    return this.#create(target, filled, { note: `from template ${name}`, ...options })
  }

  async add(
    name: string,
    options: Pick<ApplyTemplateOptions, 'by' | 'note' | 'signal'> = {}
  ): Promise<TemplateReceipt> {
    const shipped = SHIPPED_TEMPLATES.find((each) => each.name === name)
    if (shipped === undefined) {
      throw new HcfsError('TEMPLATE_NOT_FOUND', `No template ${name} is shipped; a listing shows what there is`, {
        details: { name }
      })
    }
    const { title, description, parameters, contexts } = shipped
    const path = placeOf(name)
    const written = new Map<ContextPath, ContextParts>([
      [path, { body: description, fields: { parameters }, meta: { kind: KIND, ...titleOf(title) } }]
    ])
    for (const [relative, parts] of Object.entries(contexts)) {
      written.set(parsePath(`${contentsPath(name)}${relative === '/' ? '' : relative}`), parts)
    }
    return this.#create(path, written, { note: `shipped template ${name}`, ...options })
  }

  async #create(
    path: ContextPath,
    wanted: ReadonlyMap<ContextPath, ContextParts>,
    { by, note, signal }: Pick<ApplyTemplateOptions, 'by' | 'note' | 'signal'>
  ): Promise<TemplateReceipt> {
    const ended = signal === undefined ? {} : { signal }
    for (let attempt = 1; ; attempt += 1) {
      const kept: ContextPath[] = []
      const items: BatchItem[] = []
      for (const [each, parts] of wanted) {
        if ((await this.#find(each, ended)) === undefined) items.push({ put: { path: each, ...parts, ifAbsent: true } })
        else kept.push(each)
      }
      const created = [...wanted.keys()].filter((each) => !kept.includes(each))
      if (items.length === 0) return { path, created, kept }
      try {
        const { items: results, token } = await this.#contexts.batch(items, {
          ...ended,
          ...(by && { by }),
          ...(note !== undefined && { note })
        })
        const [first] = results
        const commit = first !== undefined && 'receipt' in first ? first.receipt.commit : undefined
        return { path, created, kept, token, ...(commit !== undefined && { commit }) }
      } catch (error) {
        if (!hasErrorCode(error, 'VERSION_CONFLICT') || attempt === ATTEMPTS_MAX) throw error
      }
    }
  }

  async #ofNetwork(signal: AbortSignal | undefined): Promise<{ name: string; title: string | undefined }[]> {
    const found: { name: string; title: string | undefined }[] = []
    try {
      for await (const { path, kind, title } of this.#contexts.list(TEMPLATES_PATH, signal && { signal })) {
        if (kind === KIND) found.push({ name: path.slice(TEMPLATES_PATH.length + 1), title })
      }
    } catch (error) {
      if (!isOutOfReach(error)) throw error
    }
    return found
  }

  async #contents(root: ContextPath, ended: CallOptions): Promise<Readonly<Record<string, ContextParts>>> {
    const contexts: [string, ContextParts][] = []
    const top = await this.#find(root, ended)
    if (top !== undefined) contexts.push(['/', partsOf(top)])
    // One more than a commit takes, so that applying it says what is wrong.
    const limit = FORMAT_LIMITS.commitEntriesMax + 1
    for await (const { path, isContext } of this.#contexts.list(root, { ...ended, recursive: true, limit })) {
      if (isContext && path !== root)
        contexts.push([path.slice(root.length), partsOf(await this.#contexts.get(path, ended))])
    }
    return Object.fromEntries(contexts)
  }

  async #find(path: ContextPath, ended: CallOptions): Promise<Context | undefined> {
    try {
      return await this.#contexts.get(path, ended)
    } catch (error) {
      const isTemplate = path.startsWith(`${TEMPLATES_PATH}/`)
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND') || (isTemplate && isOutOfReach(error))) return undefined
      throw error
    }
  }
}

/** A key that does not reach the templates of the network still has the shipped ones. */
function isOutOfReach(error: unknown): boolean {
  return hasErrorCode(error, 'KEY_SCOPE_EXCEEDED')
}

function placeOf(name: string): ContextPath {
  if (!name.includes('/')) return parsePath(`${TEMPLATES_PATH}/${name}`)
  throw new HcfsError('TEMPLATE_NOT_FOUND', 'The name of a template is one segment of a path, without a slash')
}

function partsOf({ body, fields, tags, links, meta }: Context): ContextParts {
  return { body, fields, tags, links, meta }
}

function titleOf(title: string | undefined): { title?: string } {
  return title === undefined ? {} : { title }
}
