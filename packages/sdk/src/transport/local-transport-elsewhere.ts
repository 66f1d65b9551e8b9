import { HcfsError } from '@hcfs/core'
import type { Transport } from './transport.ts'

export interface LocalPlace {
  readonly dir: string
}

/** Browsers and the like have no local sockets. */
export function openLocalTransport({ dir: _ }: LocalPlace): Transport {
  throw new HcfsError('BAD_REQUEST', 'Only programs on Node can talk to the node of a directory')
}

export function localSocketPath(_dir: string): string {
  throw new HcfsError('BAD_REQUEST', 'There are no local sockets here')
}
