import type { NodeApi } from '@hcfs/core'

/** What the tools need of a node. An embedded node and a client of the sdk both are one; without a network they say so. */
export type McpNode = Pick<NodeApi, 'contexts' | 'search'> & Partial<Pick<NodeApi, 'network'>>
