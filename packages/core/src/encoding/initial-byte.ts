/**
 * The first byte of an item: its type in the upper three bits; below them the
 * argument itself, or in how many bytes it follows.
 */

export const UNSIGNED = 0x00
export const NEGATIVE = 0x20
export const BYTES = 0x40
export const TEXT = 0x60
export const ARRAY = 0x80
export const MAP = 0xa0
export const TAG = 0xc0

/** From here on the argument follows: in 1, 2, 4 or 8 bytes for 24, 25, 26 and 27. */
export const ONE_BYTE = 24
export const TWO_BYTES = 25
export const FOUR_BYTES = 26
export const EIGHT_BYTES = 27
export const INDEFINITE = 31

export const FALSE = 0xf4
export const TRUE = 0xf5
export const NULL = 0xf6
export const HALF_FLOAT = 0xf9
export const SINGLE_FLOAT = 0xfa
export const DOUBLE_FLOAT = 0xfb
