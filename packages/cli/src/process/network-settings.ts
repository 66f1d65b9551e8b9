import { HcfsError } from '@hcfs/core'

/** How a node is reached, as its settings say. */
export interface NetworkSettings {
  /** Where other nodes reach this one; `false` for one that talks to nobody. */
  readonly listen?: readonly string[] | false
  /** Addresses under which others reach it that it cannot see itself. */
  readonly announce?: readonly string[]
  /** Finds members on the local network by mDNS. */
  readonly discover?: boolean
  /** Lets members that cannot reach each other meet here. */
  readonly relay?: boolean
}

export const NETWORK_SETTING_NAMES = ['listen', 'announce', 'discover', 'relay'] as const

type NetworkSettingName = (typeof NETWORK_SETTING_NAMES)[number]

const ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d{1,5}(\/ws)?(\/p2p\/[^/]+)?$/

export function isNetworkSettingName(name: string): name is NetworkSettingName {
  return NETWORK_SETTING_NAMES.some((known) => known === name)
}

export function isMultiaddress(text: unknown): text is string {
  return typeof text === 'string' && ADDRESS.test(text)
}

/** As people type it. */
export function networkSettingText(settings: NetworkSettings, name: NetworkSettingName): string | undefined {
  const value = settings[name]
  if (value === undefined) return undefined
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value.join(',')
}

/** What `hcfs config set` was told. */
export function networkSettingFrom(name: NetworkSettingName, text: string): unknown {
  if (name === 'discover' || name === 'relay') return text === 'on' || (text === 'off' ? false : text)
  return text === 'off' && name === 'listen' ? false : text.split(',')
}

/** Only what stands there; fails for what cannot be used. */
export function checkedNetworkSettings({
  listen,
  announce,
  discover,
  relay
}: Record<string, unknown>): NetworkSettings {
  return {
    ...(listen !== undefined && { listen: listen === false ? false : checkedAddresses('listen', listen) }),
    ...(announce !== undefined && { announce: checkedAddresses('announce', announce) }),
    ...(discover !== undefined && { discover: checkedSwitch('discover', discover) }),
    ...(relay !== undefined && { relay: checkedSwitch('relay', relay) })
  }
}

function checkedAddresses(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isMultiaddress)) return value
  throw new HcfsError('BAD_REQUEST', `${name} is a list of addresses such as /ip4/0.0.0.0/tcp/4001`)
}

function checkedSwitch(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new HcfsError('BAD_REQUEST', `${name} is on or off`)
}
