import { describe } from 'vitest'
import { describeConnections } from './describe-connections.ts'
import { describeDuplex } from './describe-duplex.ts'
import { describeGossip } from './describe-gossip.ts'
import { describeRouting } from './describe-routing.ts'
import { describeStreams } from './describe-streams.ts'
import type { NewTransportPlace } from './transport-place.ts'

/** What every `Transport` promises, capability by capability. Whoever writes another transport runs this. */
export function describeTransport(name: string, newPlace: NewTransportPlace): void {
  describe(name, () => {
    describe('connections', () => describeConnections(newPlace))
    describe('streams', () => describeStreams(newPlace))
    describe('streams in both directions', () => describeDuplex(newPlace))
    describe('gossip', () => describeGossip(newPlace))
    describe('routing', () => describeRouting(newPlace))
  })
}
