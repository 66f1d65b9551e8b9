import type { ContextPath, DeviceId } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'

/** A member, as far as one space is concerned. */
export interface ExpectedReplica {
  readonly device: DeviceId
  readonly name: string
  readonly isReplicating: boolean
}

const NAME_LENGTH = 12

export interface RosterQuestion {
  readonly space: ContextPath
  /** Devices that were met, beside those that the policy names. */
  readonly met: Iterable<DeviceId>
}

/** Who may read a space and is not gone. Members that left, were revoked or are forgotten are waited for by nobody. */
export function rosterOf(state: PolicyState, { space, met }: RosterQuestion): ExpectedReplica[] {
  const { members } = state.facts
  const devices = new Set([...members.keys(), ...state.subjects(), ...met])
  return [...devices]
    .filter((device) => members.get(device)?.isForgotten !== true && state.mayRead(device, space))
    .map((device) => {
      const replicates = members.get(device)?.replicates
      const isReplicating = replicates === undefined || replicates.includes(space)
      return { device, name: nameOf(state, device), isReplicating }
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

export function nameOf({ facts }: PolicyState, device: DeviceId): string {
  return facts.members.get(device)?.name ?? device.slice(0, NAME_LENGTH)
}
