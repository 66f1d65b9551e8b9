import { HcfsError } from '@hcfs/core'

/** The error that a problem body (RFC 9457) speaks of. */
export function errorOfProblem(text: string, status: number): HcfsError {
  const problem = parsedObject(text)
  if (typeof problem?.['code'] === 'string') {
    return HcfsError.fromJSON({ ...problem, message: problem['detail'] })
  }
  return new HcfsError('UNKNOWN_ERROR', `The node answered with the status ${status} and no error code`, {
    details: { status }
  })
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
