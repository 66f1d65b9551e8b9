import type { By, ContextPath } from '@hcfs/core'
import { commitId, grantId, hybridTime, networkId, parsePath, payloadHash } from '@hcfs/core'
import fc from 'fast-check'
import type { Commit, CommitEntry } from '../../src/commit/commit.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import type { ClientRange } from '../../src/document/client-range.ts'
import { ada } from './sample-commits.ts'

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const wholeNumber = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat())
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', minLength: 1, maxLength }).filter((value) => value.isWellFormed())

const space = fc.constantFrom('/', '/a', '/ä/b c').map(parsePath)
const names = fc.uniqueArray(fc.constantFrom('x', 'y', 'é', '𝄞', 'long '.repeat(40)), { maxLength: 4 })

const clients: fc.Arbitrary<ClientRange[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.nat({ max: 65_535 }),
      fc.oneof(fc.nat({ max: 300 }), fc.constant(2 ** 53 - 2 ** 21)),
      fc.integer({ min: 1, max: 2 ** 15 })
    )
    .map(([session, clock, len]) => ({ session, clock, len })),
  { maxLength: 40, selector: ({ session }) => session }
)
const by: fc.Arbitrary<By> = fc
  .record(
    { agent: text(40), run: text(60), origin: fc.constantFrom('user', 'model', 'tool', 'import') },
    { requiredKeys: [], noNullPrototype: true }
  )
  .filter((value) => Object.keys(value).length > 0)
const spoken = { by, note: text(200), about: hash }

const update = fc.record(
  {
    kind: fc.constant('update' as const),
    deps: fc.array(hash.map(commitId), { maxLength: 5 }),
    clients: fc
      .tuple(clients, fc.boolean())
      .map(([sessions, isFirst]): ClientRange[] =>
        isFirst ? [...sessions, { session: 'text', clock: 0, len: 9 }] : sessions
      ),
    payloadHash: hash.map(payloadHash),
    payloadBytes: fc.integer({ min: 1, max: 100_000 }),
    ...spoken
  },
  { requiredKeys: ['kind', 'deps', 'clients', 'payloadHash', 'payloadBytes'], noNullPrototype: true }
)
const removal = fc.record(
  {
    kind: fc.constantFrom('delete' as const, 'undelete' as const, 'expire' as const),
    deps: fc.array(hash.map(commitId), { minLength: 1, maxLength: 3 }),
    clients: fc.constant([]),
    payloadBytes: fc.constant(0),
    ...spoken
  },
  { requiredKeys: ['kind', 'deps', 'clients', 'payloadBytes', 'about'], noNullPrototype: true }
)
const change = fc.oneof(update, removal)

const header = fc
  .record(
    {
      network: hash.map(networkId),
      incarnation: fc.nat({ max: 2 ** 32 - 1 }),
      seq: wholeNumber.map((value) => Math.max(1, value)),
      prev: hash.map(commitId),
      epoch: wholeNumber,
      hlc: wholeNumber.map(hybridTime),
      keyEpoch: wholeNumber,
      note: text(200)
    },
    { requiredKeys: ['network', 'incarnation', 'seq', 'prev', 'epoch', 'hlc'], noNullPrototype: true }
  )
  .map(({ prev, ...rest }) => ({ ...rest, ...(rest.seq > 1 && { prev }) }))

/** Well-formed commits by ada of one to five entries, with everything a commit may hold. */
export const arbitraryCommit: fc.Arbitrary<Commit> = fc
  .record({ space, header, names, changes: fc.array(change, { minLength: 5, maxLength: 5 }), grant: hash.map(grantId) })
  .map(({ space, header, names, changes, grant }) => {
    const paths = [space, ...names.map((name) => below(space, name))]
    const entries = paths.map((path, index): CommitEntry => ({ path, grant, ...changes[index]! }))
    return signCommit({ header: { ...header, space }, entries: entries.map(prepareEntry) }, ada)
  })

function below(space: ContextPath, name: string): ContextPath {
  return parsePath(space === '/' ? `/${name}` : `${space}/${name}`)
}
