import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TopHits } from '../../src/rows/top-hits.ts'

test('the best of everything offered, in the order of sorting everything', () => {
  const scores = fc.array(fc.constantFrom(-1, -0.5, 0, 0.1, 0.5, 1), { maxLength: 50 })
  fc.assert(
    fc.property(scores, fc.nat({ max: 20 }), fc.infiniteStream(fc.nat()), (offered, k, salts) => {
      const hits = offered.map((score, label) => ({ label, score, salt: salts.next().value }))
      const sorted = [...hits].sort((a, b) => b.score - a.score || a.label - b.label).slice(0, k)

      const top = new TopHits(k)
      for (const { label, score } of [...hits].sort((a, b) => a.salt - b.salt)) top.offer(label, score)

      expect(top.size).toBe(sorted.length)
      expect([...top.hits().labels]).toEqual(sorted.map(({ label }) => label))
      expect([...top.hits().scores]).toEqual(sorted.map(({ score }) => Math.fround(score)))
    })
  )
})
