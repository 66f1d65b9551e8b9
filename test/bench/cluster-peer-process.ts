import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerOrder, PeerReport } from './cluster-peer.ts'
import type { RawHost } from './raw-hosts.ts'
import { newRawHost } from './raw-hosts.ts'

/*
 * The other machine of the cluster benchmarks: a node in a process of its own, which does what the
 * benchmark tells it and says when. Times are of the system's monotonic clock, which processes share.
 */

const LISTEN = ['/ip4/127.0.0.1/tcp/0']
let node: HcfsNode | undefined
let raw: RawHost | undefined
const ended = new AbortController()

process.on('message', (order: PeerOrder) => {
  carryOut(order).then(tell, (error: unknown) => tell({ failed: String(error) }))
})

async function carryOut(order: PeerOrder): Promise<PeerReport> {
  switch (order.order) {
    case 'open':
      node = await openNode({ dir: order.dir, join: order.ticket, listen: LISTEN, search: false, name: 'peer' })
      return { done: 'open' }
    case 'close':
      await node?.close()
      node = undefined
      return { done: 'close' }
    case 'hold':
      await heldAtLeast(opened(), order.contexts)
      return { done: 'hold', at: now() }
    case 'write':
      await writeAll(opened(), order)
      return { done: 'write' }
    case 'watch':
      void watch(opened())
      return { done: 'watch' }
    case 'listen-raw':
      await listenRaw(order)
      return { done: 'listen-raw' }
    case 'end':
      ended.abort()
      await node?.close()
      await raw?.stop()
      return { done: 'end' }
  }
}

/** Asks again and again: a change may come between counting and waiting for one. */
async function heldAtLeast(held: HcfsNode, contexts: number): Promise<void> {
  while ((await held.status()).contexts < contexts) await new Promise((resolve) => setTimeout(resolve, 2))
}

async function writeAll(
  { contexts }: HcfsNode,
  { prefix, count, body }: { prefix: string; count: number; body: string }
) {
  const paths = Array.from({ length: count }, (_, index) => `${prefix}/${index}`)
  await contexts.batch(
    paths.map((path) => ({ put: { path, body } })),
    { atomic: false }
  )
}

async function watch({ contexts }: HcfsNode): Promise<void> {
  for await (const { path } of contexts.watch('/live', { signal: ended.signal })) tell({ seen: path, at: now() })
}

async function listenRaw({ topic, address }: { topic: string; address: string }): Promise<void> {
  raw = await newRawHost()
  raw.services.gossipsub.addEventListener('gossipsub:message', ({ detail }) => {
    tell({ seen: new TextDecoder().decode(detail.msg.data.subarray(0, NAME_BYTES)).trim(), at: now() })
  })
  raw.services.gossipsub.subscribe(topic)
  await raw.dial(multiaddr(address))
}

const NAME_BYTES = 16

function opened(): HcfsNode {
  if (node === undefined) throw new Error('No node is open')
  return node
}

function now(): string {
  return process.hrtime.bigint().toString()
}

function tell(report: PeerReport): void {
  if (!process.connected) return
  process.send?.(report)
  if ('done' in report && report.done === 'end') process.disconnect()
}
