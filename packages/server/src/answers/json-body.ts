import { HcfsError } from '@hcfs/core'
import type { App } from '../app.ts'

/** Far more than a context may have, and far less than it takes to use up a stack. */
const DEPTH_MAX = 256

/**
 * Reads JSON of some content types. What is nested without end is refused before anything walks it: every
 * walk of it, ours or a library's, would end in a stack overflow.
 */
export function readJsonOf(app: App, types: readonly string[]): void {
  // Keys are only ever read as keys, so every name is fine, `__proto__` too.
  const parse = app.getDefaultJsonParser('ignore', 'ignore')
  app.addContentTypeParser([...types], { parseAs: 'string' }, (request, body, done) => {
    if (isTooDeep(body.toString())) return done(tooDeep())
    return parse(request, body.toString(), done)
  })
}

/** Counts on the text, where nothing has to be walked. A short one cannot be deep. */
export function isTooDeep(text: string, depthMax = DEPTH_MAX): boolean {
  if (text.length <= 2 * depthMax) return false
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charCodeAt(index)
    if (isInString) {
      if (letter === BACKSLASH) index += 1
      else if (letter === QUOTE) isInString = false
    } else if (letter === QUOTE) isInString = true
    else if (letter === OPEN_BRACKET || letter === OPEN_BRACE) {
      depth += 1
      if (depth > depthMax) return true
    } else if (letter === CLOSE_BRACKET || letter === CLOSE_BRACE) depth -= 1
  }
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

function tooDeep(): HcfsError {
  return new HcfsError('BAD_REQUEST', `The JSON is nested deeper than ${DEPTH_MAX} levels; flatten it`)
}
