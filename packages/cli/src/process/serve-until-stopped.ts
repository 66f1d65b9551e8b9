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
    await closeInTime(node, environment, out)
  }
}

/**
 * A node that does not end in time, or fails to, is left to the operating system; what it acknowledged is on
 * the disk. Whatever is still open would keep the process for ever, so it is ended by force.
 */
async function closeInTime(node: RunningNode, { clock }: Session['environment'], out: Session['out']): Promise<void> {
  const closed = new AbortController()
  const closing = node
    .close()
    .then(
      () => undefined,
      (error: unknown) => ({ event: 'stop-failed', error })
    )
    .finally(() => closed.abort())
  const tooLate = clock.wait(STOP_MS_MAX, { signal: closed.signal }).then(
    () => ({ event: 'stop-took-too-long', error: undefined }),
    () => undefined
  )
  const failure = (await Promise.race([closing, tooLate])) ?? (closed.signal.aborted ? await closing : undefined)
  if (failure === undefined) return
  try {
    node.log.error(failure.event, { stopMsMax: STOP_MS_MAX, error: failure.error })
    out.warn('The node did not stop cleanly; what it acknowledged is on the disk')
  } finally {
    process.exit(1)
  }
}
