import type { ListEntry, ListOptions, Token } from '@hcfs/core'
import { expect, test } from 'vitest'
import { TokenTrail } from '../../src/tools/token-trail.ts'

/** A node that only notes what it was asked to wait for. */
function waitingNode() {
  const waited: (Token | undefined)[] = []
  const contexts = {
    list: (_path: string, { after }: ListOptions = {}): AsyncIterable<ListEntry> => {
      waited.push(after)
      return (async function* () {})()
    }
  }
  return { waited, node: { contexts } }
}

const never = new AbortController().signal

test('a result carries the own last write and what was received', async () => {
  const { node, waited } = waitingNode()
  const trail = new TokenTrail()

  trail.wrote('mine1')
  await trail.follow(node, 'theirs1,theirs2', never)
  trail.wrote('mine2')

  expect(trail.token).toBe('mine2,theirs1,theirs2')
  expect(waited).toEqual(['theirs1', 'theirs2'])
})

test('a token never has more parts than the next agent takes', async () => {
  const { node } = waitingNode()
  const trail = new TokenTrail()

  for (let round = 0; round < 20; round += 1) {
    trail.wrote(`mine${round}`)
    await trail.follow(node, `theirs${round}`, never)
  }

  const next = new TokenTrail()
  await expect(next.follow(node, trail.token ?? '', never)).resolves.toBeUndefined()
  expect(trail.token?.split(',').slice(0, 2)).toEqual(['mine19', 'theirs19'])
})

test('a text with too many parts is no token', async () => {
  const { node, waited } = waitingNode()

  await expect(new TokenTrail().follow(node, 'a,'.repeat(1_000), never)).rejects.toMatchObject({
    code: 'TOKEN_INVALID'
  })
  expect(waited).toEqual([])
})
