import { connectOverNetwork } from '../../e2e/http/network-node.ts'
import { describeContextsApi } from './describe-contexts-api.ts'

describeContextsApi('the contexts of the sdk over the network face', () => connectOverNetwork())
