import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { contextUri, pathOfUri } from '../../src/resources/context-uri.ts'

test.each(['/', '/a', '/a b/ü/100%', '/a?b#c/d'])('the address of %s leads back to it', (text) => {
  const path = parsePath(text)

  expect(pathOfUri(contextUri(path))).toBe(path)
})

test.each(['hcfs:///a%2Fb', 'hcfs:///a/../b', 'hcfs:///%2e%2e/b', 'hcfs:///%00'])('%s leads nowhere', (uri) => {
  expect(() => pathOfUri(uri)).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }))
})
