import { HcfsError } from '@hcfs/core'

/** The result at the end of a stream that tells its progress on the way. */
export async function resultOf<Progress, Result>(
  items: AsyncIterable<{ readonly progress: Progress } | { readonly result: Result }>,
  onProgress: ((progress: Progress) => void) | undefined
): Promise<Result> {
  for await (const item of items) {
    if ('result' in item) return item.result
    onProgress?.(item.progress)
  }
  throw new HcfsError('CONNECTION_LOST', 'The node stopped before it said what came of the call; look, then repeat')
}
