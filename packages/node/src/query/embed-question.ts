import type { Clock } from '@hcfs/core'
import { HcfsError, withDeadline } from '@hcfs/core'
import type { Embedder } from '../indexing/embedding/embedder.ts'

export interface Question {
  readonly words: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The vector of a question. Somebody waits for it, so an embedder that is slow fails sooner than while indexing. */
export async function embedQuestion(
  { embedder, clock }: { readonly embedder: Embedder; readonly clock: Pick<Clock, 'wait'> },
  { words, timeoutMs, signal }: Question
): Promise<Float32Array | undefined> {
  if (embedder.isImmediate === true) return directed(await embedder.embed([words], { purpose: 'query', signal }))
  const expired = () =>
    new HcfsError('EMBEDDER_UNAVAILABLE', `The embedder took longer than ${timeoutMs} ms for a question`, {
      details: { embedder: embedder.id, timeoutMs }
    })
  return directed(
    await withDeadline(clock, { timeoutMs, signal, expired }, (ending) =>
      embedder.embed([words], { purpose: 'query', signal: ending })
    )
  )
}

/** Nothing is near a vector of zeros. */
function directed([vector]: readonly Float32Array[]): Float32Array | undefined {
  return vector === undefined || vector.every((value) => value === 0) ? undefined : vector
}
