import type { ContextPath, GrantId, NetworkId } from '@hcfs/core'
import { grantId, isPathPrefix, parsePath } from '@hcfs/core'
import type { ChainEnd, CutQuestion, GrantQuestion, PolicyView } from '../../src/commit/policy-view.ts'
import { ada, bob, hashOf, NETWORK } from './sample-commits.ts'

export const ROOT = parsePath('/')
/** A space of its own from epoch 1 on. */
export const INNER = parsePath('/inner')

export interface TestGrant {
  readonly author: string
  readonly under: ContextPath
  readonly fromEpoch: number
}

export const GRANTS = {
  ada: grantId(hashOf('grant of ada')),
  bob: grantId(hashOf('grant of bob')),
  /** Gives bob the right to write below /inner, from epoch 1 on. */
  narrow: grantId(hashOf('narrow grant of bob')),
  /** Given to ada, but not known to everybody at first. */
  late: grantId(hashOf('late grant of ada'))
} as const

export const KNOWN_GRANTS: ReadonlyMap<GrantId, TestGrant> = new Map([
  [GRANTS.ada, { author: ada.deviceId, under: ROOT, fromEpoch: 0 }],
  [GRANTS.bob, { author: bob.deviceId, under: ROOT, fromEpoch: 0 }],
  [GRANTS.narrow, { author: bob.deviceId, under: INNER, fromEpoch: 1 }]
])

export interface TestPolicyFacts {
  readonly epoch?: number
  readonly grants?: ReadonlyMap<GrantId, TestGrant>
  readonly cuts?: ReadonlyMap<string, ChainEnd>
  readonly settlements?: ReadonlyMap<string, ChainEnd>
}

/** A policy in a few maps. The real one derives the same answers from a signed log. */
export class TestPolicy implements PolicyView {
  readonly network: NetworkId = NETWORK
  readonly epoch: number
  readonly #facts: TestPolicyFacts

  constructor(facts: TestPolicyFacts = {}) {
    this.epoch = facts.epoch ?? 2
    this.#facts = facts
  }

  spaceOf(path: ContextPath, epoch: number): ContextPath {
    return epoch >= 1 && isPathPrefix(INNER, path) ? INNER : ROOT
  }

  grantCovers({ grant, author, path, epoch }: GrantQuestion): 'yes' | 'no' | 'unknown' {
    const known = (this.#facts.grants ?? KNOWN_GRANTS).get(grant)
    if (known === undefined) return 'unknown'
    return known.author === author && isPathPrefix(known.under, path) && epoch >= known.fromEpoch ? 'yes' : 'no'
  }

  cutOf(question: CutQuestion): ChainEnd | undefined {
    return this.#facts.cuts?.get(cutKey(question))
  }

  settlementOf(chain: Omit<CutQuestion, 'grant'>): ChainEnd | undefined {
    return this.#facts.settlements?.get(chainKey(chain))
  }
}

export function chainKey({ author, incarnation, space }: Omit<CutQuestion, 'grant'>): string {
  return `${author} ${incarnation} ${space}`
}

export function cutKey(question: CutQuestion): string {
  return `${chainKey(question)} ${question.grant}`
}
