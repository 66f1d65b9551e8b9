/** How often an agent called a tool, and how long that took. */
export interface ToolUsageRow {
  readonly tool: string
  /** The client's own name. */
  readonly agent: string
  readonly ok: number
  /** The tool answered with an error that the model can read. */
  readonly failed: number
  readonly elapsedMs: { readonly total: number; readonly max: number }
}
