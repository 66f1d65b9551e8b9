import type { Clock } from '@hcfs/core'
import { networkId, resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { onTestFinished } from 'vitest'
import type { Admission } from '../../src/network/admission.ts'
import { Libp2pTransport } from '../../src/network/libp2p-transport.ts'

export const NEVER: { readonly signal: AbortSignal } = { signal: new AbortController().signal }

const random = new SystemRandom()
const network = networkId(random.bytes(32))

export const everybody: Admission = { admit: async () => true, isDenied: () => false }

interface LoopbackSettings {
  readonly admission?: Admission
  readonly listen?: readonly string[]
  readonly key?: DeviceKey
  readonly limits?: Parameters<typeof resolveNodeLimits>[0]
  readonly clock?: Clock
  readonly announce?: readonly string[]
  readonly isDiscoverable?: boolean
  readonly isRelay?: boolean
}

/** A node of one network on this machine. Started, and stopped after the test. */
export async function startLoopback(settings: LoopbackSettings = {}): Promise<Libp2pTransport> {
  const transport = new Libp2pTransport(
    {
      clock: settings.clock ?? new SystemClock(),
      random,
      logger: silentLogger,
      key: settings.key ?? DeviceKey.generate(random),
      network,
      admission: settings.admission ?? everybody,
      limits: resolveNodeLimits(settings.limits)
    },
    {
      listen: settings.listen ?? ['/ip4/127.0.0.1/tcp/0'],
      announce: settings.announce ?? [],
      isDiscoverable: settings.isDiscoverable ?? false,
      isRelay: settings.isRelay ?? false
    }
  )
  onTestFinished(() => transport.stop())
  await transport.start()
  return transport
}

/** Makes whatever takes seconds take a twentieth of them: the machine's own time, told as more than it is. */
export function fastClock(times = 20): Clock {
  const clock = new SystemClock()
  return {
    now: () => clock.now() * times,
    monotonicMs: () => clock.monotonicMs() * times,
    wait: (ms, options) => clock.wait(ms / times, options)
  }
}
