import { describe } from 'vitest'
import { describeAgainstModel } from './describe-against-model.ts'
import { describeRefusals } from './describe-refusals.ts'
import { describeResults } from './describe-results.ts'
import type { NewVectorIndex } from './new-vector-index.ts'

/** What every index of vectors promises, whatever it is made of. */
export function describeVectorIndex(name: string, newIndex: NewVectorIndex): void {
  describe(name, () => {
    describeResults(newIndex)
    describeRefusals(newIndex)
    describeAgainstModel(newIndex)
  })
}
