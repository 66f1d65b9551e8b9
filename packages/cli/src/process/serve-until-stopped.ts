import type { Session } from '../command-line/session.ts'
import type { RunningNode, RunningNodeOptions } from './running-node.ts'

/** Below the 5 s that the contract for scripts gives, so that there is time to say so. */
const STOP_MS_MAX = 4_500

/** Runs the node of a session's directory until a signal or a client ends it. */
export async function serveUntilStopped(
  { environment, directory, out }: Session,
  settings: Omit<RunningNodeOptions, 'directory' | 'clock' | 'stop'>,
  onReady: (node: RunningNode) => Promise<void>
): Promise<void> {
  const { clock, signal } = environment
  // Loaded here, so that other commands start without the libraries of a node.
  const { runNode } = await import('./running-node.ts')
  const stopping = Promise.withResolvers<void>()
  if (signal.aborted) stopping.resolve()
  signal.addEventListener('abort', () => stopping.resolve(), { once: true })
  const node = await runNode({ ...settings, directory: directory.path, clock, stop: stopping.resolve })
  try {
    await onReady(node)
    await stopping.promise
  } finally {
    out.note('Stopping …')
    await closeInTime(node, environment)
  }
}

/** A node that does not end in time is left to the operating system; what it acknowledged is on the disk. */
async function closeInTime(node: RunningNode, { clock }: Session['environment']): Promise<void> {
  const closed = new AbortController()
  const closing = node.close().finally(() => closed.abort())
  const tooLate = clock.wait(STOP_MS_MAX, { signal: closed.signal }).then(
    () => 'too late' as const,
    () => 'closed' as const
  )
  const outcome = await Promise.race([closing.then(() => 'closed' as const), tooLate])
  if (outcome === 'closed') return await closing
  node.log.error('stop-took-too-long', { stopMsMax: STOP_MS_MAX })
  process.exit(1)
}
