import type { ShippedTemplate } from './shipped-template.ts'
import { PROJECT_PARAMETERS, PROJECT_RULES } from './shipped-template.ts'

export const MOBILE_APP: ShippedTemplate = {
  name: 'mobile-app',
  title: 'Mobile application',
  description:
    'An application for phones: its screens, what it does offline, permissions, and the way through the stores.\n',
  parameters: {
    type: 'object',
    required: ['name'],
    properties: {
      ...PROJECT_PARAMETERS,
      platforms: {
        type: 'array',
        items: { type: 'string', enum: ['iOS', 'Android'] },
        minItems: 1,
        default: ['iOS', 'Android']
      },
      framework: { type: 'string', default: 'native' }
    }
  },
  contexts: {
    '/': {
      body: `# {{name}}
What people do with it, where they are when they do, and what they would miss without it.

# How we work
Ask {{owner}} before a permission, a dependency or a screen is added.

# Definition of done
It works offline or says why not, with large text and a screen reader, on the oldest supported device, and after the system has ended it in the background.
`,
      fields: {
        status: 'planned',
        owner: '{{owner}}',
        stack: { platforms: '{{platforms}}', framework: '{{framework}}' }
      },
      tags: ['mobile-app'],
      meta: { title: '{{name}}', kind: 'project', inherit: PROJECT_RULES }
    },
    '/screens': {
      body: `# Screens
One context below this one for each: how one gets there, what it shows, what it does offline.
`,
      meta: { title: 'Screens', kind: 'list' }
    },
    '/offline': {
      body: `# Offline
What is kept on the device, how changes made offline are merged, and what the user sees meanwhile.
`,
      meta: { title: 'Offline', kind: 'note', priority: 5 }
    },
    '/privacy': {
      body: `# Permissions and data
Each permission: what for, when it is asked, what works without it. Each thing that leaves the device: where to, and why.
`,
      meta: { title: 'Permissions and data', kind: 'note' }
    },
    '/release': {
      body: `# Release
Signing, stores, review, staged roll-out, and what to do about a version that is out already.
`,
      meta: { title: 'Release', kind: 'note' }
    },
    '/tasks': { body: '# Tasks\nOne context below this one for each.\n', meta: { title: 'Tasks', kind: 'list' } }
  }
}
