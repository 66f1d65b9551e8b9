import { contextDiff, contextHistory, contextRemove, contextRestore } from '../context/history-tools.ts'
import { contextList, contextRead } from '../context/read-tools.ts'
import { contextResolve } from '../context/resolve-tool.ts'
import { contextSearch } from '../context/search-tool.ts'
import { contextSyncStatus, contextWait } from '../context/sync-tools.ts'
import { contextEdit, contextWrite } from '../context/write-tools.ts'
import { memoryFilesTool } from '../files/memory-tool.ts'
import { fetch, search } from '../find/find-tools.ts'
import { MEMORY_TOOLS } from '../memory/memory-tools.ts'
import type { Tool } from '../tools/tool.ts'

/** Which tools a client sees. */
export const MCP_PROFILES = ['context', 'memory', 'files', 'all'] as const

export type McpProfile = (typeof MCP_PROFILES)[number]

const CONTEXT_TOOLS: readonly Tool[] = [
  contextRead,
  contextResolve,
  contextWrite,
  contextEdit,
  contextList,
  contextSearch,
  contextHistory,
  contextDiff,
  contextRestore,
  contextRemove,
  contextSyncStatus,
  contextWait
]

export function toolsOf(profile: McpProfile): readonly Tool[] {
  switch (profile) {
    case 'context':
      return CONTEXT_TOOLS
    case 'memory':
      return MEMORY_TOOLS
    case 'files':
      return [memoryFilesTool]
    case 'all':
      return [...CONTEXT_TOOLS, ...MEMORY_TOOLS, memoryFilesTool, search, fetch]
  }
}

export function hasGraph(profile: McpProfile): boolean {
  return profile === 'memory' || profile === 'all'
}

export function hasContexts(profile: McpProfile): boolean {
  return profile === 'context' || profile === 'all'
}
