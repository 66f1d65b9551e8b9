import { utf8ByteLength } from '@hcfs/core'

export interface BatchLimits {
  readonly textsMax: number
  readonly bytesMax: number
}

/** Texts in their order, cut into batches that fit a request. A text that is larger than one goes alone. */
export function textBatches(texts: readonly string[], { textsMax, bytesMax }: BatchLimits): string[][] {
  const batches: string[][] = []
  let batch: string[] = []
  let bytes = 0
  for (const text of texts) {
    const size = utf8ByteLength(text)
    if (batch.length > 0 && (batch.length >= textsMax || bytes + size > bytesMax)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(text)
    bytes += size
  }
  return batch.length === 0 ? batches : [...batches, batch]
}
