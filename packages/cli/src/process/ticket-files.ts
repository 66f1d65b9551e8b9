import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Clock, NetworkApi } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Environment } from '../command-line/environment.ts'

const OWNER_ONLY = 0o600
const WAIT_MS_MAX = 60_000
const LOOK_PAUSE_MS = 250
/** For whoever starts several nodes with one ticket file. */
const TICKET_DAYS = 7
const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * A ticket as it was given, or what stands in a file for `@FILE`: a node that starts
 * together with the one that invites it waits until the file is there.
 */
export async function readTicket(
  text: string,
  { workingDirectory, clock, signal }: Pick<Environment, 'workingDirectory' | 'clock' | 'signal'>
): Promise<string> {
  if (!text.startsWith('@')) return text
  const file = resolve(workingDirectory, text.slice(1))
  const until = clock.monotonicMs() + WAIT_MS_MAX
  for (;;) {
    const found = await readFile(file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    })
    if (found !== undefined) return found
    if (clock.monotonicMs() >= until) throw noTicket(file)
    await clock.wait(LOOK_PAUSE_MS, { signal })
  }
}

export interface TicketFile {
  readonly file: string
  readonly uses: number
}

/** Leaves a ticket to write everywhere in a file, unless one lies there: it may be in use. */
export async function writeTicketFile(
  network: Pick<NetworkApi, 'invite'>,
  { file, uses }: TicketFile,
  { clock }: { clock: Pick<Clock, 'now'> }
): Promise<void> {
  const known = await stat(file).catch(() => undefined)
  if (known !== undefined && clock.now() - known.mtimeMs < TICKET_DAYS * DAY_MS) return
  const { ticket } = await network.invite({ role: 'write', uses, expiresInMs: TICKET_DAYS * DAY_MS })
  // Whoever waits for it finds it whole.
  await writeFile(`${file}.new`, `${ticket}\n`, { mode: OWNER_ONLY })
  await rename(`${file}.new`, file)
}

function noTicket(file: string): HcfsError {
  return new HcfsError('FILE_NOT_FOUND', `No ticket came into ${file} within a minute; see that the first node runs`, {
    details: { file }
  })
}
