import { onTestFinished } from 'vitest'
import type { ReplicatedNodes, ReplicatedNodesOptions } from './open-replicated-nodes.ts'
import { openReplicatedNodes } from './open-replicated-nodes.ts'

/** Devices of one network with a replica each, over a network in memory. They stop when the test is finished. */
export async function replicatedNodes(count: number, options: ReplicatedNodesOptions = {}): Promise<ReplicatedNodes> {
  const made = await openReplicatedNodes(count, options)
  onTestFinished(async () => {
    for (const node of made.nodes) await node.stop()
  })
  return made
}
