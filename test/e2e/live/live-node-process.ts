import { SystemClock, silentLogger } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { createServer } from '@hcfs/server'

/** A node of a directory at a port, as a process that a test can kill: `live-node-process.ts DIR PORT`. */
const [dir = '', port = '0'] = process.argv.slice(2)
const clock = new SystemClock()
const node = await openNode({ dir, search: false, listen: false })
const server = createServer({
  ...{ node, clock },
  editors: node.editors,
  apiKeys: node.keys,
  log: silentLogger,
  stop: () => {}
})
const { url } = await server.listenHttp({ host: '127.0.0.1', port: Number(port), isOpenWithoutKey: true })
process.stdout.write(`${url}\n`)
