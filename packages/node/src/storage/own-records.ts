import { HcfsError, hasErrorCode } from '@hcfs/core'
import type { MetaName } from './keys.ts'
import { keys } from './keys.ts'

/** Records that nothing else in the directory can say, and what is not known without them. */
const INDISPENSABLE: Readonly<Partial<Record<MetaName, string>>> = {
  format: 'which format it has',
  genesis: 'which network it belongs to',
  'fingerprint-key': 'how its network compares what replicas hold'
}

/** Reads a record that the node cannot do without. Damage to it is told with what can be done. */
export function indispensable<Value>(name: MetaName, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (!hasErrorCode(error, 'STORAGE_CORRUPT') && !hasErrorCode(error, 'ENCODING_INVALID')) throw error
    throw directoryDamaged(name, error)
  }
}

/** Reads a record that only says what is proven of the past: damaged, it proves nothing. */
export function unlessDamaged<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read()
  } catch (error) {
    if (hasErrorCode(error, 'STORAGE_CORRUPT')) return otherwise
    throw error
  }
}

export function directoryDamaged(name: MetaName, cause?: unknown): HcfsError {
  const lost = INDISPENSABLE[name] ?? `its ${name}`
  return new HcfsError(
    'DIRECTORY_DAMAGED',
    `The data directory does not say any more ${lost}: its record "${name}" is damaged or gone. Keep it as it is, and restore a backup into a new one: hcfs restore-backup FILE --dir NEW`,
    { cause, details: { record: name, key: keys.meta(name) } }
  )
}
