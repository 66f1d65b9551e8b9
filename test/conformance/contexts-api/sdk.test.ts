import { connectToNewNode } from '../../e2e/http/local-node.ts'
import { describeContextsApi } from './describe-contexts-api.ts'

describeContextsApi('the contexts of the sdk over a local socket', () => connectToNewNode())
