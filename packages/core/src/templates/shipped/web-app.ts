import type { ShippedTemplate } from './shipped-template.ts'
import { PROJECT_PARAMETERS, PROJECT_RULES } from './shipped-template.ts'

export const WEB_APP: ShippedTemplate = {
  name: 'web-app',
  title: 'Web application',
  description:
    'A web application in a browser with a server behind it: how it is built, its pages, its API, how it is released.\n',
  parameters: {
    type: 'object',
    required: ['name'],
    properties: {
      ...PROJECT_PARAMETERS,
      framework: { type: 'string', default: 'React' },
      language: { type: 'string', enum: ['TypeScript', 'JavaScript'], default: 'TypeScript' },
      browsers: { type: 'array', items: { type: 'string' }, default: ['the last two versions of each'] }
    }
  },
  contexts: {
    '/': {
      body: `# {{name}}
What it is for, and for whom, in three sentences.

# How we work
Ask {{owner}} when something here is unclear. Change one thing at a time, with a test that fails without it.

# Definition of done
It works in every supported browser and with a keyboard alone, its states of loading, failure and emptiness are designed, and nothing it shows comes from a user without being escaped.
`,
      fields: {
        status: 'planned',
        owner: '{{owner}}',
        stack: { language: '{{language}}', framework: '{{framework}}', browsers: '{{browsers}}' }
      },
      tags: ['web-app'],
      meta: { title: '{{name}}', kind: 'project', inherit: PROJECT_RULES }
    },
    '/architecture': {
      body: `# Architecture
Which parts there are, what each may know of the others, and where state lives: in the address, on the server, in a component.
`,
      meta: { title: 'Architecture', kind: 'note', priority: 5 },
      links: [{ to: '/templates/web-app/contexts', rel: 'part-of' }]
    },
    '/frontend': {
      body: `# Pages
One line for each: its address, what it shows, what it asks the API for.

# Budgets
The first page is usable within 2 s on a slow phone; scripts weigh at most 200 KB compressed.
`,
      fields: { budgets: { usableSeconds: 2, scriptKilobytes: 200 } },
      meta: { title: 'Frontend', kind: 'area' }
    },
    '/backend': {
      body: `# API
Each call: what it takes, what it answers, who may make it, how it fails.

# Data
What is stored, for how long, and who may see it.
`,
      meta: { title: 'Backend', kind: 'area' }
    },
    '/release': {
      body: `# Release
How a change gets to users, how one sees that it went well, and how to take it back.
`,
      meta: { title: 'Release', kind: 'note' }
    },
    '/tasks': { body: '# Tasks\nOne context below this one for each.\n', meta: { title: 'Tasks', kind: 'list' } }
  }
}
