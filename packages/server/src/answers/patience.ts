import type { IncomingHttpHeaders } from 'node:http'

const MS_PER_S = 1_000
/** RFC 7240: preferences stand beside each other, and one that cannot be read is as if it were not there. */
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i

/** How long a call may wait for what it needs: as its query or body says, else as `Prefer: wait=SECONDS` does. */
export function patienceOf(
  headers: IncomingHttpHeaders,
  reply: { header(name: string, value: string): unknown },
  timeoutMs: number | undefined
): { timeoutMs?: number } {
  if (timeoutMs !== undefined) return { timeoutMs }
  const [, seconds] = WAIT.exec([headers['prefer'] ?? []].flat().join(',')) ?? []
  if (seconds === undefined) return {}
  reply.header('preference-applied', `wait=${seconds}`)
  return { timeoutMs: Number(seconds) * MS_PER_S }
}
