import fc from 'fast-check'
import { test } from 'vitest'
import { convergence } from './convergence.ts'

/*
 * Goal: whatever is edited where, against whichever version, and in whatever
 * causal order edits arrive, replicas that hold the same edits hold the same
 * content, byte for byte, and it is the one that the naive rules give.
 * Method: random actions on three replicas; after each one the document is
 * compared with the naive model and with what a reader of its bytes sees; at the
 * end everything is delivered and all replicas are compared. Every edit passes
 * validation where it arrives.
 */
test('replicas that received the same edits in any causal order hold the same content', () => {
  fc.assert(convergence(15))
})
