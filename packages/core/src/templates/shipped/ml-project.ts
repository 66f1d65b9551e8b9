import type { ShippedTemplate } from './shipped-template.ts'
import { PROJECT_PARAMETERS, PROJECT_RULES } from './shipped-template.ts'

export const ML_PROJECT: ShippedTemplate = {
  name: 'ml-project',
  title: 'Machine learning project',
  description:
    'A model from question to use: data, experiments that can be repeated, how it is judged, and what it must not do.\n',
  parameters: {
    type: 'object',
    required: ['name', 'metric'],
    properties: {
      ...PROJECT_PARAMETERS,
      metric: { type: 'string', title: 'The number by which models are compared' },
      baseline: { type: 'number', title: 'What the simplest approach reaches' },
      seed: { type: 'integer', default: 1 }
    }
  },
  contexts: {
    '/': {
      body: `# {{name}}
What is predicted, for whom, what is done with it, and what a wrong answer costs.

# How we work
Ask {{owner}} before the held-out data is looked at. Every number comes from a run that can be repeated: code, data, settings, seed.

# Definition of done
It beats the baseline in {{metric}} by more than chance, on data that nobody trained or chose on, for each group of users.
`,
      fields: {
        status: 'planned',
        owner: '{{owner}}',
        evaluation: { metric: '{{metric}}', baseline: '{{baseline}}', seed: '{{seed}}' }
      },
      tags: ['ml-project'],
      meta: {
        title: '{{name}}',
        kind: 'project',
        inherit: { ...PROJECT_RULES, '/evaluation': 'merge', '/evaluation/metric': 'lock' }
      }
    },
    '/data': {
      body: `# Data
Where it comes from, by what right, how it is split, what is missing in it, and whom it leaves out.
`,
      meta: { title: 'Data', kind: 'note', priority: 5 }
    },
    '/experiments': {
      body: `# Experiments
One context below this one for each: the question, the settings, the number, what was learnt. Failed ones too.
`,
      meta: { title: 'Experiments', kind: 'list' }
    },
    '/evaluation': {
      body: `# Evaluation
How {{metric}} is computed, on what, with which spread, and the examples that a person looks at.
`,
      meta: { title: 'Evaluation', kind: 'note' },
      links: [{ to: '/templates/ml-project/contexts/data', rel: 'uses' }]
    },
    '/serving': {
      body: `# Serving
Where the model runs, what it may cost, how drift is noticed, how to go back.
`,
      meta: { title: 'Serving', kind: 'area' }
    },
    '/limits': {
      body: `# Limits
What the model must not be used for, whom it may harm, and who can stop it.
`,
      meta: { title: 'Limits', kind: 'note' }
    },
    '/tasks': { body: '# Tasks\nOne context below this one for each.\n', meta: { title: 'Tasks', kind: 'list' } }
  }
}
