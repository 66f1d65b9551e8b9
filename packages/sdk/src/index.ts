export { localSocketPath } from '#local-transport'
export type { ConnectOptions } from './connect.ts'
export { connect } from './connect.ts'
export { RemoteNode } from './remote-node.ts'
