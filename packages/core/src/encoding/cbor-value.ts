/**
 * What canonical encoding can carry. Numbers are finite; text is well-formed
 * Unicode; maps are plain objects. See docs/reference/canonical-encoding.md.
 */
export type CborValue = null | boolean | number | string | Uint8Array | readonly CborValue[] | CborMap

export interface CborMap {
  readonly [key: string]: CborValue
}
