import type { ContextPath } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

export function contextNotFound(path: ContextPath): HcfsError {
  return new HcfsError('CONTEXT_NOT_FOUND', `There is no context at ${path}; a listing shows what there is`, {
    details: { path }
  })
}
