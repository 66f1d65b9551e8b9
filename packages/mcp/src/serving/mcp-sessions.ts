import type { Clock, Logger } from '@hcfs/core'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { McpServer } from '@modelcontextprotocol/server'
import type { McpNode } from '../mcp-node.ts'
import { registerPrompts } from '../prompts/prompts.ts'
import { registerContextResources } from '../resources/context-resources.ts'
import { registerGraphResource } from '../resources/graph-resource.ts'
import { TokenTrail } from '../tools/token-trail.ts'
import { toolRunner } from '../tools/tool-calls.ts'
import type { ToolUsage } from '../tools/tool-usage.ts'
import { INSTRUCTIONS } from './instructions.ts'
import type { McpProfile } from './profiles.ts'
import { hasContexts, hasGraph, toolsOf } from './profiles.ts'

export interface McpComponents {
  readonly node: McpNode
  readonly clock: Clock
  readonly log: Logger
  readonly usage: ToolUsage
}

export interface McpOptions {
  /** @default 'context' */
  readonly profile?: McpProfile
  /** Who a client is that does not say so itself, as the bearer of a named key. */
  readonly agent?: string
  /** What the server calls itself a version of. */
  readonly version: string
}

/** Told of every server that is made, before it is connected. */
export type OnServer = (server: McpServer, era: 'legacy' | 'modern') => void

/** Makes the server of one client. Over HTTP that is one for each request. */
export function serverFactory(
  { node, clock, log, usage }: McpComponents,
  { profile = 'context', version, agent }: McpOptions,
  onServer: OnServer = () => {}
): McpServerFactory {
  return ({ era }) => {
    const hasResources = hasContexts(profile) || hasGraph(profile)
    const server = new McpServer(
      { name: 'hcfs', title: 'HCFS', version },
      {
        instructions: INSTRUCTIONS[profile],
        capabilities: { tools: {}, ...(hasResources && { resources: { subscribe: true, listChanged: true } }) }
      }
    )
    const trail = new TokenTrail()
    const run = toolRunner({ node, clock, log, usage, server, trail, ...(agent !== undefined && { agent }) })
    for (const tool of toolsOf(profile)) tool.register(server, run)
    if (hasContexts(profile)) {
      registerContextResources(server, node)
      registerPrompts(server, node, trail)
    }
    if (hasGraph(profile)) registerGraphResource(server, node)
    if (hasResources) onServer(server, era)
    return server
  }
}
