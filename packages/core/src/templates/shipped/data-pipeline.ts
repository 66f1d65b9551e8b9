import type { ShippedTemplate } from './shipped-template.ts'
import { PROJECT_PARAMETERS, PROJECT_RULES } from './shipped-template.ts'

export const DATA_PIPELINE: ShippedTemplate = {
  name: 'data-pipeline',
  title: 'Data pipeline',
  description:
    'Data that comes in, is changed step by step, and is handed on: sources, steps, what must hold of it, what to do when it does not.\n',
  parameters: {
    type: 'object',
    required: ['name'],
    properties: {
      ...PROJECT_PARAMETERS,
      schedule: { type: 'string', title: 'When it runs', default: 'daily' },
      freshnessHours: { type: 'integer', title: 'How old results may be', minimum: 1, default: 24 },
      personalData: { type: 'boolean', title: 'Whether people can be told from it', default: false }
    }
  },
  contexts: {
    '/': {
      body: `# {{name}}
Which question its results answer, and who decides something by them.

# How we work
Ask {{owner}} before the meaning of a column changes. A step can be run again at any time and gives the same.

# Definition of done
Every step says what it takes and gives, its checks fail before bad data is handed on, and one can tell from each result what it was made of.
`,
      fields: {
        status: 'planned',
        owner: '{{owner}}',
        schedule: '{{schedule}}',
        promises: { freshnessHours: '{{freshnessHours}}', personalData: '{{personalData}}' }
      },
      tags: ['data-pipeline'],
      meta: { title: '{{name}}', kind: 'project', inherit: { ...PROJECT_RULES, '/promises/*': 'lock' } }
    },
    '/sources': {
      body: `# Sources
One context below this one for each: who gives it, how it comes, how often, how it has failed before.
`,
      meta: { title: 'Sources', kind: 'list' }
    },
    '/steps': {
      body: `# Steps
One context below this one for each, in order: what it takes, what it does, what it gives.
`,
      meta: { title: 'Steps', kind: 'list' }
    },
    '/quality': {
      body: `# Checks
What must hold of the data after each step, and what happens when it does not.
`,
      meta: { title: 'Quality', kind: 'note', priority: 5 },
      links: [{ to: '/templates/data-pipeline/contexts/steps', rel: 'checks' }]
    },
    '/runbook': {
      body: `# Runbook
Late, empty, doubled, wrong: how to tell, what to do, how to run a day again.
`,
      meta: { title: 'Runbook', kind: 'runbook' }
    },
    '/tasks': { body: '# Tasks\nOne context below this one for each.\n', meta: { title: 'Tasks', kind: 'list' } }
  }
}
