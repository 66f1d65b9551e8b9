import type { VectorService } from '@hcfs/vector'
import { createVectorService } from '@hcfs/vector'

/** The composition root of the thread that searches vectors. */
export function createService(): Promise<VectorService> {
  return createVectorService()
}
