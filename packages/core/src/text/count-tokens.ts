import { utf8ByteLength } from '../paths/utf8-byte-length.ts'

/** About what models count for prose and code; for other scripts it is too many rather than too few. */
const BYTES_PER_TOKEN = 4

/** An estimate that no model has to be asked for. Of texts one after the other it is at most the sum. */
export function countTokens(text: string): number {
  return Math.ceil(utf8ByteLength(text) / BYTES_PER_TOKEN)
}
