import { openNode } from '@hcfs/node'
import { describeContextsApi } from './describe-contexts-api.ts'

describeContextsApi('the contexts of an embedded node', () => openNode({ memory: true }))
