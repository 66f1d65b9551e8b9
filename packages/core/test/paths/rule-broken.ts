import { HcfsError } from '../../src/errors/hcfs-error.ts'

/** Which path rule a call fails with; undefined when it succeeds. Any other failure goes on. */
export function ruleBroken(call: () => unknown): unknown {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof HcfsError && error.code === 'PATH_INVALID') return error.details['rule']
    throw error
  }
}
