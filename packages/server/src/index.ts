export type { Server, ServerComponents, ServerOptions } from './create-server.ts'
export { createServer } from './create-server.ts'
export type { ServedContexts, ServedNode } from './served-node.ts'
