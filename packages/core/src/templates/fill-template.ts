import type { ContextParts } from '../api/context.ts'
import type { Template } from '../api/templates.ts'
import type { LinkInput } from '../content/draft.ts'
import { HcfsError } from '../errors/hcfs-error.ts'
import type { JsonObject } from '../json.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import type { ContextPath } from '../paths/context-path.ts'
import { parsePath, ROOT_PATH } from '../paths/context-path.ts'
import { mergeParts } from './merge-parts.ts'
import { fillObject, fillPath, fillText } from './placeholders.ts'
import { templateInvalid } from './template-errors.ts'

export interface FillRequest {
  /** Checked, and with their defaults. */
  readonly parameters: JsonObject
  readonly customise: Readonly<Record<string, ContextParts>>
  readonly target: ContextPath
}

/** Below the context of a template: what is made of it. */
const CONTENTS_NAME = 'contexts'
export const TEMPLATES_PATH = parsePath('/templates')

export function contentsPath(name: string): ContextPath {
  return parsePath(`${TEMPLATES_PATH}/${name}/${CONTENTS_NAME}`)
}

/** The contexts that applying a template makes, by path. Fails before anything is written. */
export function fillTemplate(
  template: Template,
  { parameters, customise, target }: FillRequest
): ReadonlyMap<ContextPath, ContextParts> {
  const filled = new Map<ContextPath, ContextParts>()
  for (const [relative, parts] of Object.entries(template.contexts)) {
    const path = placeBelow(target, fillPath(relative, parameters))
    if (filled.has(path)) throw templateInvalid(`and another context come to lie at ${path}`, relative)
    filled.set(path, fillParts(parts, { parameters, target, from: contentsPath(template.name) }))
  }
  for (const [relative, parts] of Object.entries(customise)) {
    const path = placeBelow(target, relative)
    filled.set(path, mergeParts(filled.get(path) ?? {}, parts))
  }
  assertOneCommit(template.name, filled.size)
  return filled
}

function fillParts(
  { body, fields, tags, links, meta }: ContextParts,
  { parameters, target, from }: { parameters: JsonObject; target: ContextPath; from: ContextPath }
): ContextParts {
  const linkOf = ({ to, rel }: LinkInput): LinkInput => ({
    rel,
    to: movedLink(fillPath(to, parameters), { from, target })
  })
  return {
    ...(body !== undefined && { body: fillText(body, parameters) }),
    ...(fields !== undefined && { fields: fillObject(fields, parameters) }),
    ...(tags !== undefined && { tags: tags.map((tag) => fillText(tag, parameters)) }),
    ...(links !== undefined && { links: links.map(linkOf) }),
    ...(meta !== undefined && { meta: fillObject(meta, parameters) })
  }
}

/** A link from one context of the template to another leads to where that other comes to lie. */
function movedLink(to: string, { from, target }: { from: ContextPath; target: ContextPath }): string {
  if (to === from) return target
  return to.startsWith(`${from}/`) ? placeBelow(target, to.slice(from.length)) : to
}

function placeBelow(target: ContextPath, relative: string): ContextPath {
  const path = parsePath(relative)
  if (path === ROOT_PATH) return target
  return parsePath(target === ROOT_PATH ? path : `${target}${path}`)
}

function assertOneCommit(name: string, contexts: number): void {
  const { commitEntriesMax } = FORMAT_LIMITS
  if (contexts <= commitEntriesMax) return
  throw new HcfsError(
    'BATCH_TOO_LARGE',
    `The template ${name} makes ${contexts} contexts, and one commit takes ${commitEntriesMax}; make two templates of it`,
    { details: { contexts, contextsMax: commitEntriesMax } }
  )
}
