import type { Statement } from '../../src/policy/statement.ts'
import { commitCalled, FIRST_GRANT, frontier, grantTo, KEYS, path } from './network.ts'

/** A grant with everything that a grant may hold. */
export const fullGrant = grantTo(
  'cyd',
  {
    role: 'admin',
    under: path('/team/notes'),
    fromEpoch: 2,
    untilEpoch: 900,
    depth: 3,
    parent: grantTo('bob', { role: 'admin', depth: 4 }),
    bytesPerDay: 1_000_000,
    contextsPerDay: 5_000,
    expiresAtMs: 1_800_000_000_000
  },
  'bob'
)

const cuts = [frontier({ ada: 3, bob: 4 }), frontier({ bob: 2 }, '/team')]

/** One of every kind, with everything that it may hold. */
export const everyStatement: readonly Statement[] = [
  { kind: 'grant', grant: grantTo('bob') },
  { kind: 'revoke', grant: FIRST_GRANT, cuts },
  { kind: 'end', grant: FIRST_GRANT, cuts: [] },
  { kind: 'narrow', grant: FIRST_GRANT, cuts, replacement: grantTo('ada') },
  { kind: 'confirm', suspension: commitCalled('suspension') },
  { kind: 'lift', suspension: commitCalled('suspension') },
  { kind: 'space', path: path('/team') },
  { kind: 'settle', frontier: frontier({ ada: 9, cyd: 1 }) },
  { kind: 'horizon', frontier: frontier({ ada: 7 }), root: commitCalled('root') },
  { kind: 'transfer', owner: KEYS.newOwner.deviceId },
  {
    kind: 'member',
    device: KEYS.bob.deviceId,
    name: 'Bob’s laptop',
    addresses: ['/dns4/bob.example/tcp/4001'],
    replicates: ['/', '/team'].map(path),
    isIndexing: true,
    isForgotten: false
  },
  { kind: 'member', device: KEYS.cyd.deviceId, name: 'cyd', addresses: [], isIndexing: false, isForgotten: true },
  { kind: 'setting', name: 'cellContextsMax', value: 8_192 }
]

export const everyRecovery: readonly (readonly Statement[])[] = [
  [{ kind: 'recover', owner: KEYS.newOwner.deviceId }],
  [{ kind: 'recover', owner: KEYS.newOwner.deviceId, recovery: KEYS.newRecovery.deviceId }]
]
