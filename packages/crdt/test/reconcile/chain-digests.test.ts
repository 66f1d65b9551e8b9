import { bytesToHex, commitId, deviceId } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDigests, digestTips } from '../../src/reconcile/chain-digests.ts'
import { hashOf } from '../commit/sample-commits.ts'

const SALT = new Uint8Array(32).fill(5)
const tipNumber = (number: number) => ({
  author: deviceId(hashOf(`author ${number % 7}`)),
  incarnation: number % 3,
  seq: number + 1,
  id: commitId(hashOf(`commit ${number}`))
})

test('a digest has the golden bytes, and others under another salt', () => {
  expect(bytesToHex(digestTips([tipNumber(0)], SALT))).toBe('a3a7a34af3b2')
  expect(bytesToHex(digestTips([tipNumber(0)], new Uint8Array(32)))).not.toBe('a3a7a34af3b2')
})

test('what differs is what one side has and the other has not', () => {
  const numbers = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 30 })
  fc.assert(
    fc.property(numbers, numbers, (own, theirs) => {
      const digests = digestTips(own.map(tipNumber), SALT)

      const compared = compareDigests(theirs.map(tipNumber), { digests, salt: SALT })

      expect(compared.tips).toEqual(theirs.filter((number) => !own.includes(number)).map(tipNumber))
      expect(compared.unknown.map((place) => own[place])).toEqual(own.filter((number) => !theirs.includes(number)))
    })
  )
})
