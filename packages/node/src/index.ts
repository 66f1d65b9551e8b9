export { HcfsNode } from './hcfs-node.ts'
export type { NodeOptions, OpenNodeOptions } from './open-node.ts'
export { openNode } from './open-node.ts'
