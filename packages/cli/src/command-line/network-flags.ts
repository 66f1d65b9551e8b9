import { resolve } from 'node:path'
import type { NetworkSettings } from '../process/network-settings.ts'
import { isMultiaddress } from '../process/network-settings.ts'
import type { TicketFile } from '../process/ticket-files.ts'
import { readCount } from './numbers.ts'
import type { Session } from './session.ts'
import { usageError } from './usage-error.ts'

/** Flags of how a node is reached, and by whom. */
export interface NetworkFlags {
  readonly listen?: readonly string[]
  readonly announce?: readonly string[]
  readonly discover?: boolean
  readonly relay?: boolean
  readonly join?: string
  readonly ticketFile?: string
  readonly ticketUses?: string
}

/** All interfaces, at a port that is chosen once and kept. */
export const LISTEN_DEFAULT: readonly string[] = ['/ip4/0.0.0.0/tcp/0']

const OFF = 'off'

/** Only what was said. */
export function networkSettingsOf({ listen, announce, discover, relay }: NetworkFlags): NetworkSettings {
  for (const address of [...(listen ?? []), ...(announce ?? [])]) assertMultiaddress(address)
  if (listen !== undefined && listen.length > 1 && listen.includes(OFF)) {
    throw usageError('--listen off stands alone')
  }
  return {
    ...(listen !== undefined && { listen: listen.includes(OFF) ? false : listen }),
    ...(announce !== undefined && { announce }),
    ...(discover === true && { discover }),
    ...(relay === true && { relay })
  }
}

export function ticketFileOf({ ticketFile, ticketUses }: NetworkFlags, session: Session): TicketFile | undefined {
  if (ticketFile === undefined) {
    if (ticketUses !== undefined) throw usageError('--ticket-uses goes with --ticket-file')
    return undefined
  }
  const uses = ticketUses === undefined ? 1 : readCount('ticket-uses', ticketUses)
  return { file: resolve(session.environment.workingDirectory, ticketFile), uses }
}

/** The flags again, for another process. */
export function networkArguments(flags: NetworkFlags): string[] {
  const { listen = [], announce = [], discover, relay, join, ticketFile, ticketUses } = flags
  return [
    ...listen.flatMap((address) => ['--listen', address]),
    ...announce.flatMap((address) => ['--announce', address]),
    ...(discover === true ? ['--discover'] : []),
    ...(relay === true ? ['--relay'] : []),
    ...(join === undefined ? [] : ['--join', join]),
    ...(ticketFile === undefined ? [] : ['--ticket-file', ticketFile]),
    ...(ticketUses === undefined ? [] : ['--ticket-uses', ticketUses])
  ]
}

function assertMultiaddress(text: string): void {
  if (text === OFF || isMultiaddress(text)) return
  throw usageError(`"${text}" is not an address to listen on; write it like /ip4/0.0.0.0/tcp/4001, or off`)
}
