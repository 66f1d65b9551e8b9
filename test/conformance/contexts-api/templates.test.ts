import { openNode } from '@hcfs/node'
import { describe } from 'vitest'
import { connectToNewNode } from '../../e2e/http/local-node.ts'
import { describeTemplates } from './describe-templates.ts'

describe('the templates of an embedded node', () => describeTemplates(() => openNode({ memory: true, search: false })))
describe('the templates of the sdk over a local socket', () => describeTemplates(() => connectToNewNode()))
