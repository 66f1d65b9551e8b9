const SLASH = 0x2f
const TILDE = 0x7e
const ZERO = 0x30
const ONE = 0x31

/**
 * How many keys the JSON pointer at the start of `text` has, up to `end`;
 * `undefined` when it is none that names a field. One pass, nothing allocated:
 * an update has as many pointers as it writes fields.
 */
export function pointerDepth(text: string, end: number): number | undefined {
  if (text.charCodeAt(0) !== SLASH) return undefined
  let depth = 0
  for (let index = 0; index < end; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit === SLASH) depth += 1
    else if (unit === 0) return undefined
    else if (unit === TILDE) {
      const escaped = index + 1 < end ? text.charCodeAt(index + 1) : undefined
      if (escaped !== ZERO && escaped !== ONE) return undefined
    }
  }
  return depth
}
