interface SettingRange {
  readonly default: number
  readonly min: number
  readonly max: number
}

/** What the owner may set for the whole network. New ones take a new format of the policy. */
export const NETWORK_SETTINGS = {
  /** On how many nodes a cell of the distributed index lies. */
  replicationFactor: { default: 3, min: 1, max: 64 },
  /** A cell with more contexts is split in two. */
  cellContextsMax: { default: 4_096, min: 16, max: 1_048_576 },
  /** How long the log of a space is kept before a horizon is proposed; 0 keeps it for ever. */
  retentionDays: { default: 0, min: 0, max: 36_500 }
} as const satisfies Readonly<Record<string, SettingRange>>

export type NetworkSettingName = keyof typeof NETWORK_SETTINGS

export function isNetworkSetting(name: string): name is NetworkSettingName {
  return Object.hasOwn(NETWORK_SETTINGS, name)
}
