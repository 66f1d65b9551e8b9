import type { DeviceId } from '@hcfs/core'
import type { Admission } from '../../../packages/node/src/network/admission.ts'
import type { AdmissionDialer } from '../../../packages/node/src/network/admission-dialer.ts'
import type { Transport } from '../../../packages/node/src/network/transport.ts'

export type TestTransport = Transport & AdmissionDialer

/** Where the transports of one test meet. */
export interface TransportPlace {
  /** Not started. */
  newTransport(admission: Admission): TestTransport
}

export type NewTransportPlace = () => Promise<TransportPlace>

export const NEVER: { readonly signal: AbortSignal } = { signal: new AbortController().signal }

/** Lets everybody in, after a word each way. */
export function openAdmission(overrides: Partial<Admission> = {}): Admission {
  return {
    admit: async (channel) => {
      await channel.send(Uint8Array.of(7))
      await channel.receive()
      return true
    },
    isDenied: () => false,
    ...overrides
  }
}

export interface Pair {
  readonly one: TestTransport
  readonly other: TestTransport
}

export async function startedPair(
  place: TransportPlace,
  admissions: { readonly one?: Admission; readonly other?: Admission } = {}
): Promise<Pair> {
  const one = place.newTransport(admissions.one ?? openAdmission())
  const other = place.newTransport(admissions.other ?? openAdmission())
  await Promise.all([one.start(), other.start()])
  return { one, other }
}

export async function connectedPair(place: TransportPlace): Promise<Pair> {
  const pair = await startedPair(place)
  await connect(pair.one, pair.other)
  return pair
}

/** Resolves when both sides know. */
export async function connect(one: TestTransport, other: TestTransport): Promise<void> {
  const seen = appeared(other, one.device)
  await one.dial(other.addresses(), NEVER)
  await seen
}

async function appeared(at: TestTransport, device: DeviceId): Promise<void> {
  if (at.peers().some((peer) => peer.device === device)) return
  await new Promise<void>((resolve) => {
    at.on('peer-connected', ({ peer }) => {
      if (peer.device === device) resolve()
    })
  })
}
