import type { Template } from '../../api/templates.ts'
import type { JsonObject } from '../../json.ts'

/** A template that is a part of HCFS: data, in the same form as one of a network. */
export type ShippedTemplate = Omit<Template, 'source'>

/** What a project hands down to its tasks: sections, facts and tags, but not its state. */
export const PROJECT_RULES: JsonObject = { body: 'merge', tags: 'union', '/stack': 'merge', '/status': 'own' }

/** Every project has a name, and somebody to ask. */
export const PROJECT_PARAMETERS: JsonObject = {
  name: { type: 'string', title: 'What people call it', minLength: 1, maxLength: 100 },
  owner: { type: 'string', title: 'Whom to ask', default: 'nobody yet' }
}
