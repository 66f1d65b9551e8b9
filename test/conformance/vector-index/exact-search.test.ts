import { ExactSearch } from '../../../packages/vector/src/exact-search.ts'
import { describeVectorIndex } from './describe-vector-index.ts'

const nothingToDo = (): void => {}

describeVectorIndex('ExactSearch', (dimensions) => ({
  index: new ExactSearch({ dimensions }),
  work: nothingToDo,
  tolerance: 1e-6
}))

describeVectorIndex('ExactSearch of rounded vectors', (dimensions) => ({
  index: new ExactSearch({ dimensions, precision: 'int8' }),
  work: nothingToDo,
  tolerance: 0.02
}))
