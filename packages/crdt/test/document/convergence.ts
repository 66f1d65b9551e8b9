import type { ContextContent } from '@hcfs/core'
import { canonicalContent, checkedLink } from '@hcfs/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { crowdedKeys, jsonObject, jsonValue, link, tag, text } from '../../../../test/support/content-arbitraries.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { leavesOf } from './naive-context.ts'
import type { Seed } from './replica.ts'
import { Replica } from './replica.ts'

const bodySeed: fc.Arbitrary<Seed> = fc
  .record({ at: fc.nat(), length: fc.nat(5), text })
  .map(({ at, length, text }) => ({ body }) => {
    const points = [...body]
    const start = points.slice(0, at % (points.length + 1)).join('')
    const gone = points
      .slice(at % (points.length + 1))
      .slice(0, length)
      .join('')
    return [
      { kind: 'body.delete', at: start.length, length: gone.length },
      { kind: 'body.insert', at: start.length, text }
    ]
  })

const fieldSeed: fc.Arbitrary<Seed> = fc
  .record({
    part: fc.constantFrom('field', 'meta'),
    keys: crowdedKeys,
    value: fc.option(jsonValue, { nil: undefined })
  })
  .map(({ part, keys, value }) => () => {
    const [remove, set] =
      part === 'field' ? (['field.remove', 'field.set'] as const) : (['meta.remove', 'meta.set'] as const)
    return value === undefined ? [{ kind: remove, keys }] : [{ kind: set, keys, value }]
  })

const setSeed: fc.Arbitrary<Seed> = fc
  .record({ isAdded: fc.boolean(), tag, link })
  .map(({ isAdded, tag, link }) => () => [
    { kind: isAdded ? 'tag.add' : 'tag.remove', tag },
    { kind: isAdded ? 'link.add' : 'link.remove', link: checkedLink(link) }
  ])

const putSeed: fc.Arbitrary<Seed> = fc
  .record({ body: text, fields: jsonObject, tags: fc.uniqueArray(tag) }, { requiredKeys: [] })
  .map((parts) => (content) => operationsForPut(content, parts))

const action = fc.record({
  replica: fc.nat(2),
  seeds: fc.array(fc.oneof(bodySeed, fieldSeed, fieldSeed, setSeed, putSeed), { minLength: 1, maxLength: 3 }),
  versionsAgo: fc.constantFrom(0, 0, 0, 1, 2),
  remember: fc.boolean(),
  receiveFrom: fc.array(fc.nat(2), { maxLength: 3 })
})

function sortedLeaves(object: ContextContent['fields']): string[] {
  const leaves = Object.entries(object).flatMap(([key, value]) => leavesOf([key], value))
  return leaves.map(([at, json]) => `${JSON.stringify(at)} = ${json}`).sort()
}

function expectNaive(replica: Replica): void {
  const { fields, meta, tags, links } = replica.document.content
  expect(sortedLeaves(fields)).toEqual(replica.naive.leaves('fields'))
  expect(sortedLeaves(meta)).toEqual(replica.naive.leaves('meta'))
  expect([...tags].sort()).toEqual(replica.naive.members('tags'))
  expect(links.map(({ rel, to }) => JSON.stringify([rel, to])).sort()).toEqual(replica.naive.members('links'))
}

/** Random actions on three replicas, then everything is delivered; see the tests that run it. */
export function convergence(actionsMax: number) {
  return fc.property(fc.array(action, { maxLength: actionsMax }), fc.infiniteStream(fc.nat(2)), (actions, choices) => {
    const replicas = [0, 1, 2].map((index) => new Replica(index, 3))
    for (const { replica, seeds, versionsAgo, remember, receiveFrom } of actions) {
      const current = replicas[replica]!
      for (const from of receiveFrom) current.receive(replicas[from]!)
      current.edit(seeds, versionsAgo)
      if (remember) current.remember()
      expectNaive(current)
      expect(current.loaded().content).toEqual(current.document.content)
    }
    deliverAll(replicas, choices)
    expectEqual(replicas)
  })
}

function expectEqual(replicas: readonly Replica[]): void {
  const { content } = replicas[0]!.document
  for (const replica of replicas) {
    expectNaive(replica)
    expect(replica.document.hasPending).toBe(false)
    expect(replica.document.content).toEqual(content)
    expect(JSON.stringify(replica.document.content)).toBe(JSON.stringify(content))
    expect(canonicalContent(replica.loaded().content)).toEqual(canonicalContent(content))
  }
}

function deliverAll(replicas: readonly Replica[], choices: fc.Stream<number>): void {
  for (let idle = 0; idle < 60; ) {
    const to = replicas[choices.next().value]!
    const from = replicas[choices.next().value]!
    idle = to.receive(from) ? 0 : idle + 1
  }
  // The random part may have stopped early; what is left arrives in turns.
  for (let isMoving = true; isMoving; ) {
    isMoving = replicas.some((to) => replicas.some((from) => to.receive(from)))
  }
}
