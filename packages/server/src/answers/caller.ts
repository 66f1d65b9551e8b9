import type { IncomingHttpHeaders } from 'node:http'
import type { By } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

const ORIGINS = ['user', 'model', 'tool', 'import'] as const

/**
 * Who asks. On the local socket the credential is the user who may open it, and
 * that user's programs say which agent they are. Values are percent-encoded, because
 * headers carry no Unicode.
 */
export function callerOf(headers: IncomingHttpHeaders): { by?: By } {
  const agent = headerText(headers, 'hcfs-agent')
  const run = headerText(headers, 'hcfs-run')
  const origin = originOf(headerText(headers, 'hcfs-origin'))
  if (agent === undefined && run === undefined && origin === undefined) return {}
  return {
    by: {
      ...(agent !== undefined && { agent }),
      ...(run !== undefined && { run }),
      ...(origin !== undefined && { origin })
    }
  }
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw headerRefused(name, 'stands there twice; send it once')
  try {
    return decodeURIComponent(value)
  } catch {
    throw headerRefused(name, 'is not percent-encoded UTF-8; encode it')
  }
}

function originOf(text: string | undefined): (typeof ORIGINS)[number] | undefined {
  if (text === undefined) return undefined
  const origin = ORIGINS.find((each) => each === text)
  if (origin !== undefined) return origin
  throw headerRefused('hcfs-origin', `is none of ${ORIGINS.join(', ')}; name one of them`)
}

function headerRefused(name: string, what: string): HcfsError {
  return new HcfsError('BAD_REQUEST', `The header ${name} ${what}`, { details: { field: `headers/${name}` } })
}
