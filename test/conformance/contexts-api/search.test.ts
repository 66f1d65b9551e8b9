import { openNode } from '@hcfs/node'
import { describe } from 'vitest'
import { connectToNewNode } from '../../e2e/http/local-node.ts'
import { describeSearch } from './describe-search.ts'

describe('the search of an embedded node', () => describeSearch(() => openNode({ memory: true })))
describe('the search of the sdk over a local socket', () => describeSearch(() => connectToNewNode()))
