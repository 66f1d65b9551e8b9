import type { ShippedTemplate } from './shipped-template.ts'
import { PROJECT_PARAMETERS, PROJECT_RULES } from './shipped-template.ts'

export const MICROSERVICE: ShippedTemplate = {
  name: 'microservice',
  title: 'Microservice',
  description:
    'A service that others call: its contract, what it depends on, how it is run and what to do when it fails.\n',
  parameters: {
    type: 'object',
    required: ['name'],
    properties: {
      ...PROJECT_PARAMETERS,
      language: { type: 'string', default: 'TypeScript' },
      protocol: { type: 'string', enum: ['HTTP', 'gRPC', 'events'], default: 'HTTP' },
      availability: { type: 'number', title: 'Share of calls that succeed', minimum: 0, maximum: 1, default: 0.999 },
      latencyMs: { type: 'integer', title: 'What 95 of 100 calls take at most', minimum: 1, default: 200 }
    }
  },
  contexts: {
    '/': {
      body: `# {{name}}
The one thing that this service does, and what it leaves to others.

# How we work
Ask {{owner}} before the contract changes. A change that callers can notice gets a new version beside the old one.

# Definition of done
It has a time-out for every call it makes, a limit for everything it accepts, and logs that name what failed without saying what was in it.
`,
      fields: {
        status: 'planned',
        owner: '{{owner}}',
        stack: { language: '{{language}}', protocol: '{{protocol}}' },
        objectives: { availability: '{{availability}}', latencyMs: '{{latencyMs}}' }
      },
      tags: ['microservice'],
      meta: { title: '{{name}}', kind: 'project', inherit: { ...PROJECT_RULES, '/objectives/*': 'lock' } }
    },
    '/contract': {
      body: `# Contract
Each {{protocol}} operation: what it takes, what it answers, its errors, whether it may be repeated.
`,
      meta: { title: 'Contract', kind: 'note', priority: 10 }
    },
    '/dependencies': {
      body: `# Dependencies
What this service calls and stores, what it does while one of them is away, and who calls it.
`,
      meta: { title: 'Dependencies', kind: 'note' }
    },
    '/operations': {
      body: `# Operations
Where it runs, its settings, what to watch, how it grows.
`,
      meta: { title: 'Operations', kind: 'area' }
    },
    '/operations/runbook': {
      body: `# Runbook
For each alert: what users notice, how to tell the cause, what to do first, when to wake {{owner}}.
`,
      meta: { title: 'Runbook', kind: 'runbook' },
      links: [{ to: '/templates/microservice/contexts/dependencies', rel: 'see-also' }]
    },
    '/tasks': { body: '# Tasks\nOne context below this one for each.\n', meta: { title: 'Tasks', kind: 'list' } }
  }
}
