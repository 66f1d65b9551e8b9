import { encodeCbor } from '../encoding/encode-cbor.ts'
import { HcfsError } from '../errors/hcfs-error.ts'
import type { JsonValue } from '../json.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import { formatPointer } from './json-pointer.ts'
import { jsonBytesAtMost } from './json-size.ts'
import type { Leaf } from './stored-json.ts'

const { metaValueBytesMax } = FORMAT_LIMITS

/** Whether a value is small enough to stand in `meta`, which travels with listings. */
export function isMetaValue(value: JsonValue): boolean {
  if (jsonBytesAtMost(value) <= metaValueBytesMax) return true
  return encodeCbor(value, { itemsMax: Number.MAX_SAFE_INTEGER }).length <= metaValueBytesMax
}

export function assertMetaLeaves(leaves: readonly Leaf[]): void {
  const tooLarge = leaves.find(({ value }) => !isMetaValue(value))
  if (tooLarge === undefined) return
  throw new HcfsError(
    'CONTENT_INVALID',
    `A value of meta has at most ${metaValueBytesMax} bytes: put it into fields or the body`,
    {
      details: { pointer: formatPointer(tooLarge.keys), bytesMax: metaValueBytesMax }
    }
  )
}
