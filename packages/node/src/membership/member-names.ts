import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import { subjectsOf } from './device-rights.ts'

const SHORT_ID_LENGTH = 12

export function memberName(state: PolicyState, device: DeviceId): string {
  return state.facts.members.get(device)?.name ?? device.slice(0, SHORT_ID_LENGTH)
}

/** By a device id, a beginning of one, or a name. Fails with `MEMBER_UNKNOWN` or `MEMBER_AMBIGUOUS`. */
export function findMember(state: PolicyState, text: string): DeviceId {
  const all = subjectsOf(state)
  const fitting = all.filter((device) => device === text)
  const found = fitting.length > 0 ? fitting : all.filter((device) => isMeant(state, device, text))
  const [first, second] = found
  if (first === undefined || text === '') {
    throw new HcfsError(
      'MEMBER_UNKNOWN',
      'No member has that name or a device id that begins like that; see the members'
    )
  }
  if (second === undefined) return first
  throw new HcfsError('MEMBER_AMBIGUOUS', 'Several members fit; give more of the device id', {
    details: { devices: found.slice(0, 8).join(' ') }
  })
}

function isMeant(state: PolicyState, device: DeviceId, text: string): boolean {
  return device.startsWith(text.toLowerCase()) || state.facts.members.get(device)?.name === text
}
