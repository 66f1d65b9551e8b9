import { expect, test } from 'vitest'
import { localSocketPath, openLocalTransport } from '../../src/transport/local-transport-elsewhere.ts'

test('where there are no local sockets, asking for one is refused', () => {
  const refused = expect.objectContaining({ code: 'BAD_REQUEST' })
  expect(() => openLocalTransport({ dir: '.' })).toThrow(refused)
  expect(() => localSocketPath('.')).toThrow(refused)
})
