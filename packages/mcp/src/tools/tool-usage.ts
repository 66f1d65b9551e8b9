import type { ToolUsageRow } from '@hcfs/core'
import { MCP_LIMITS } from '../mcp-limits.ts'

/** `failed`: the tool answered with an error that the model can read. */
export type ToolOutcome = 'ok' | 'failed'

export interface ToolCallRecord {
  readonly tool: string
  /** The client's own name. */
  readonly agent: string
  readonly outcome: ToolOutcome
  readonly elapsedMs: number
}

/** What status and metrics read. */
export interface ToolUsageSource {
  rows(): readonly ToolUsageRow[]
}

interface MutableRow {
  tool: string
  agent: string
  ok: number
  failed: number
  elapsedMs: { total: number; max: number }
}

/** Counts calls by tool and agent. Bounded: a client may call itself whatever it likes. */
export class ToolUsage implements ToolUsageSource {
  readonly #rows = new Map<string, MutableRow>()
  readonly #rowsMax: number

  constructor({ rowsMax = MCP_LIMITS.usageRowsMax }: { rowsMax?: number } = {}) {
    this.#rowsMax = rowsMax
  }

  record({ tool, agent, outcome, elapsedMs }: ToolCallRecord): void {
    const row = this.#rowOf(tool, agent)
    row[outcome] += 1
    row.elapsedMs.total += elapsedMs
    row.elapsedMs.max = Math.max(row.elapsedMs.max, elapsedMs)
  }

  /** What another process counted. */
  add(rows: readonly ToolUsageRow[]): void {
    for (const { tool, agent, ok, failed, elapsedMs } of rows) {
      const row = this.#rowOf(tool, agent)
      row.ok += ok
      row.failed += failed
      row.elapsedMs.total += elapsedMs.total
      row.elapsedMs.max = Math.max(row.elapsedMs.max, elapsedMs.max)
    }
  }

  /** What was counted since the last time, to hand it on. */
  take(): readonly ToolUsageRow[] {
    const rows = this.rows()
    this.#rows.clear()
    return rows
  }

  rows(): readonly ToolUsageRow[] {
    return [...this.#rows.values()].map((row) => ({ ...row, elapsedMs: { ...row.elapsedMs } }))
  }

  #rowOf(tool: string, agent: string): MutableRow {
    const known = this.#rows.get(rowName(tool, agent))
    if (known !== undefined) return known
    if (this.#rows.size >= this.#rowsMax && agent !== OTHER_AGENTS) return this.#rowOf(tool, OTHER_AGENTS)
    const row = { tool, agent, ok: 0, failed: 0, elapsedMs: { total: 0, max: 0 } }
    this.#rows.set(rowName(tool, agent), row)
    return row
  }
}

const OTHER_AGENTS = '(others)'

function rowName(tool: string, agent: string): string {
  return `${tool}\u0000${agent}`
}
