import type { NetworkApi, ReplicaStatus } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { z } from 'zod'
import { MCP_LIMITS } from '../mcp-limits.ts'
import type { McpNode } from '../mcp-node.ts'
import { tokenArgument } from '../tools/arguments.ts'
import { newTool, READS } from '../tools/tool.ts'
import { answer, jsonOf } from './answers.ts'

export const contextSyncStatus = newTool({
  name: 'context_sync_status',
  title: 'Who has what',
  description:
    'Says whether the other machines of the network hold everything that this one holds, and if not, which one is behind and why.',
  input: z.object({
    path: z.string().optional().describe('Only the space that this path lies in'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path }, { node, signal }) => {
    const { network, name, role, peers, spaces, parked } = await networkOf(node).status(path, { signal })
    const shown = spaces.map(({ space, isReplicatedHere, replicas }) => {
      return { space, isReplicatedHere, replicas: replicas.map(replicaResult) }
    })
    return answer(jsonOf({ network, name, role, peers, spaces: shown, ...(parked.length > 0 && { parked }) }))
  }
})

export const contextWait = newTool({
  name: 'context_wait',
  title: 'Wait for other machines',
  description:
    'Waits until the other machines of the network hold what this one holds now. Call it before you hand work to an agent on another machine, and give that agent the token.',
  input: z.object({
    path: z.string().default('/').describe('Only for what lies at and below this path'),
    timeout_ms: z.number().int().min(0).max(MCP_LIMITS.waitMsMax).default(10_000),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path, timeout_ms: timeoutMs }, { node, signal }) => {
    const { state, replicas } = await networkOf(node).wait({ under: path, timeoutMs, signal })
    return answer(jsonOf({ state, replicas: replicas.map(replicaResult) }))
  }
})

function networkOf({ network }: McpNode): NetworkApi {
  if (network !== undefined) return network
  throw new HcfsError('NETWORK_OFF', 'This node cannot tell about other machines; everything is on this one')
}

function replicaResult({ name, state, reason, detail, lagCommits, isSelf }: ReplicaStatus) {
  return { name, state, reason, detail, ...(lagCommits > 0 && { lagCommits }), ...(isSelf && { isSelf }) }
}
