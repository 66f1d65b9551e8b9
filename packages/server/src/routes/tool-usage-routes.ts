import type { ToolUsageRow } from '@hcfs/core'
import { Type } from 'typebox'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

/** Counts the calls of tools by the agents that made them. */
export interface ToolUsageBook {
  rows(): readonly ToolUsageRow[]
  add(rows: readonly ToolUsageRow[]): void
}

/** As many as a process counts at most. */
const ROWS_MAX = 1_024
const NAME_LENGTH_MAX = 256
const NAME = Type.String({ maxLength: NAME_LENGTH_MAX })
const CALLS = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const DURATION_MS = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Row = Type.Object(
  {
    tool: NAME,
    agent: NAME,
    ok: CALLS,
    failed: CALLS,
    elapsedMs: Type.Object({ total: DURATION_MS, max: DURATION_MS }, STRICT)
  },
  STRICT
)
const ReportBody = Type.Object({ rows: Type.Array(Row, { maxItems: ROWS_MAX }) }, STRICT)

export interface ToolUsageRoutesComponents extends Pick<RoutesComponents, 'app'> {
  toolUsage?: ToolUsageBook
}

/** Processes of this machine that serve tools by themselves say here what was called. */
export function registerToolUsageRoutes({ app, toolUsage }: ToolUsageRoutesComponents): void {
  app.get('/v1/tool-usage', () => toolUsage?.rows() ?? [])
  app.post('/v1/tool-usage', { schema: { body: ReportBody } }, ({ body }) => {
    toolUsage?.add(body.rows)
    return { added: body.rows.length }
  })
}
