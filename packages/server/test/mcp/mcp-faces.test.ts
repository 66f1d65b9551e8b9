import type { ContextPath } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { Access } from '../../src/access/access.ts'
import { McpFaces } from '../../src/mcp/mcp-faces.ts'
import type { ServedNode } from '../../src/served-node.ts'

/** Nobody calls it here. */
const NODE = {} as ServedNode

function facesThatSay(options: { facesMax?: number } = {}) {
  const log: string[] = []
  const faceOf = ({ under }: { under: ContextPath }) => {
    log.push(`made ${under}`)
    return { handle: async () => {}, close: async () => void log.push(`closed ${under}`) }
  }
  return { log, faces: new McpFaces({ faceOf }, options) }
}

const accessOf = (under: string, id = under): Access => ({ id, role: 'read', under: parsePath(under) })

test('a credential keeps its face, and another scope of it has one of its own', () => {
  const { faces, log } = facesThatSay()
  const first = faces.faceFor(accessOf('/a', 'k'), NODE)
  expect(faces.faceFor(accessOf('/a', 'k'), NODE)).toBe(first)
  expect(faces.faceFor(accessOf('/b', 'k'), NODE)).not.toBe(first)
  expect(log).toEqual(['made /a', 'made /b'])
})

test('the face used longest ago makes room', () => {
  const { faces, log } = facesThatSay({ facesMax: 2 })
  for (const path of ['/a', '/b', '/a', '/c']) faces.faceFor(accessOf(path), NODE)
  expect(log).toEqual(['made /a', 'made /b', 'made /c', 'closed /b'])
})

test('closing closes all of them', async () => {
  const { faces, log } = facesThatSay()
  for (const path of ['/a', '/b']) faces.faceFor(accessOf(path), NODE)
  await faces.close()
  expect(log).toEqual(['made /a', 'made /b', 'closed /a', 'closed /b'])
})

test('nobody without a credential gets one', () => {
  expect(() => facesThatSay().faces.faceFor(undefined, NODE)).toThrow(expect.objectContaining({ code: 'KEY_REQUIRED' }))
})
