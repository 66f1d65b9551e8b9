import type { Clock, ToolUsageRow } from '@hcfs/core'

export interface UsageReportsComponents {
  usage: { take(): readonly ToolUsageRow[]; add(rows: readonly ToolUsageRow[]): void }
  /** Where the counts are kept for everybody. */
  node: { reportToolUsage(rows: readonly ToolUsageRow[]): Promise<void> }
  clock: Pick<Clock, 'wait'>
}

const REPORT_PAUSE_MS = 5_000

/** Tells the node what tools were called in this process, from time to time and once more at the end. */
export async function reportUsage(components: UsageReportsComponents, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await components.clock.wait(REPORT_PAUSE_MS, { signal })
    } catch {
      // Only the signal ends a wait.
    }
    await report(components)
  }
}

/** Counts serve nobody enough to fail for them; what could not be told is told the next time. */
async function report({ usage, node }: UsageReportsComponents): Promise<void> {
  const rows = usage.take()
  if (rows.length === 0) return
  try {
    await node.reportToolUsage(rows)
  } catch {
    usage.add(rows)
  }
}
