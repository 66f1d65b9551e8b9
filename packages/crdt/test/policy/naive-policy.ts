import type { ContextPath, DeviceId, GrantId } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import type { SpaceFrontier } from '../../src/policy/frontier.ts'
import type { GrantTerms } from '../../src/policy/grant.ts'
import type { PolicyEntry } from '../../src/policy/policy-entry.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { FIRST_GRANT, GENESIS, NETWORK } from './network.ts'
import type { Signed } from './random-policy.ts'

type Terms = Pick<GrantTerms, 'subject' | 'role' | 'under' | 'fromEpoch' | 'untilEpoch' | 'depth' | 'issuer' | 'parent'>
type Question = { readonly author: DeviceId; readonly path: ContextPath; readonly epoch: number }

const RANKS = { read: 0, write: 1, admin: 2 }

/**
 * The tables of docs/reference/policy-format.md by somebody who sees everything
 * that was ever signed, keeps nothing but lists, and starts from the beginning for
 * every question. Shares no code with the policy.
 */
export class NaivePolicy {
  readonly #signed: Signed
  readonly chain: readonly PolicyEntry[]

  constructor(signed: Signed) {
    this.#signed = signed
    this.chain = this.#follow([])
  }

  grantCovers(id: GrantId, { author, path, epoch }: Question): 'yes' | 'no' | 'unknown' {
    const line = this.line(id)
    if (line === undefined) return 'unknown'
    const isFirst =
      line[0]!.terms.subject === author && RANKS[line[0]!.terms.role] > 0 && isBelow(line[0]!.terms.under, path)
    return isFirst && line.every((each) => this.#holds(each.id, each.terms, epoch)) ? 'yes' : 'no'
  }

  mayRead(device: DeviceId, space: ContextPath, epoch: number): boolean {
    const ids = [...this.#ownerGrants(this.chain).keys(), ...this.#signed.grants.map(({ id }) => id)]
    return ids.some((id) => {
      const line = this.line(id)
      if (line === undefined || line[0]!.terms.subject !== device) return false
      const { under, role } = line[0]!.terms
      if (!isBelow(under, space) && !(RANKS[role] > 0 && this.spaceOf(under, epoch) === space)) return false
      return line.every((each) => this.#holds(each.id, each.terms, epoch))
    })
  }

  spaceOf(path: ContextPath, epoch: number): string {
    const declared = this.#said(this.chain.slice(0, epoch)).flatMap((each) =>
      each.kind === 'space' ? [each.path] : []
    )
    return declared.filter((space) => isBelow(space, path)).sort((left, right) => right.length - left.length)[0] ?? '/'
  }

  /** The lowest of all cuts, as 'seq'; undefined while nothing was taken. */
  cutOf(id: GrantId, author: DeviceId): number | undefined {
    const ids = (this.line(id) ?? [{ id }]).map((each) => each.id)
    const seqs = this.chain.flatMap((entry, index) =>
      entry.statements.flatMap((each) =>
        'cuts' in each && ids.includes(each.grant)
          ? [seqIn(each.cuts, author) ?? this.#horizon(this.chain.slice(0, index), author) ?? 0]
          : []
      )
    )
    return seqs.length === 0 ? undefined : Math.min(...seqs)
  }

  settledSeq(author: DeviceId, chain: readonly PolicyEntry[] = this.chain): number | undefined {
    return this.#last(chain, 'settle', author)
  }

  /** From the grant up to one of the owner's; undefined when one of them is missing or gives too much. */
  line(id: GrantId): { readonly id: GrantId; readonly terms: Terms }[] | undefined {
    const owners = this.#ownerGrants(this.chain)
    const own = owners.get(id)
    if (own !== undefined) return [{ id, terms: own }]
    const terms = this.#signed.grants.find((grant) => grant.id === id)
    const above = terms?.parent === undefined ? undefined : this.line(terms.parent)
    if (terms === undefined || above === undefined) return undefined
    const parent = above[0]!.terms
    const narrows =
      terms.issuer === parent.subject &&
      terms.depth < parent.depth &&
      RANKS[terms.role] <= RANKS[parent.role] &&
      isBelow(parent.under, terms.under)
    return narrows ? [{ id, terms }, ...above] : undefined
  }

  #holds(id: GrantId, { fromEpoch, untilEpoch = Number.POSITIVE_INFINITY }: Terms, epoch: number): boolean {
    const isTaken = this.#said(this.chain.slice(0, epoch)).some((each) => 'cuts' in each && each.grant === id)
    return epoch >= fromEpoch && epoch < untilEpoch && !isTaken
  }

  /** Everything that follows a chain and that the chain allows. */
  #next(chain: readonly PolicyEntry[]): PolicyEntry[] {
    const prev = chain.at(-1)?.id ?? NETWORK
    const found = this.#signed.entries.filter((entry) => entry.prev === prev && this.#allows(chain, entry))
    return [...new Map(found.map((entry) => [entry.id, entry])).values()]
  }

  #follow(chain: readonly PolicyEntry[]): readonly PolicyEntry[] {
    const next = this.#next(chain)
    const recovered = next.filter((entry) => this.#leadsToRecovery(chain, entry))
    const chosen = next.length === 1 ? next : recovered
    return chosen.length === 1 ? this.#follow([...chain, chosen[0]!]) : chain
  }

  #leadsToRecovery(chain: readonly PolicyEntry[], entry: PolicyEntry): boolean {
    if (entry.statements.some(({ kind }) => kind === 'recover')) return true
    const longer = [...chain, entry]
    return this.#next(longer).some((each) => this.#leadsToRecovery(longer, each))
  }

  #allows(chain: readonly PolicyEntry[], entry: PolicyEntry): boolean {
    const said = this.#said(chain)
    const changes = said.flatMap((each) => (each.kind === 'transfer' || each.kind === 'recover' ? [each.owner] : []))
    const owner = changes.at(-1) ?? GENESIS.ownerKey
    const statement = entry.statements[0]!
    const signer = statement.kind === 'recover' ? GENESIS.recoveryKey : owner
    return entry.signer === signer && entry.epoch === chain.length + 1 && this.#allowsStatement(chain, statement, owner)
  }

  #allowsStatement(chain: readonly PolicyEntry[], statement: Statement, owner: DeviceId): boolean {
    const grants = this.#ownerGrants(chain)
    const isGiven = (terms: Terms & { id: GrantId }) =>
      terms.issuer === owner &&
      terms.parent === undefined &&
      terms.fromEpoch >= chain.length + 1 &&
      !grants.has(terms.id)
    const areAbove = (cuts: readonly SpaceFrontier[]) =>
      cuts.every(({ tips }) => tips.every(({ author, seq }) => seq >= (this.#horizon(chain, author) ?? 0)))
    switch (statement.kind) {
      case 'grant':
        return isGiven(statement.grant)
      case 'revoke':
      case 'end':
        return areAbove(statement.cuts)
      case 'narrow': {
        const old = grants.get(statement.grant)
        const { replacement } = statement
        return (
          old !== undefined &&
          isGiven(replacement) &&
          areAbove(statement.cuts) &&
          replacement.subject === old.subject &&
          replacement.depth <= old.depth &&
          RANKS[replacement.role] <= RANKS[old.role] &&
          isBelow(old.under, replacement.under)
        )
      }
      case 'space':
        return (
          statement.path !== '/' &&
          !this.#said(chain).some((each) => each.kind === 'space' && each.path === statement.path)
        )
      case 'settle':
        return statement.frontier.tips.every(({ author, seq }) => seq >= (this.settledSeq(author, chain) ?? 0))
      case 'horizon':
        return statement.frontier.tips.every(({ author, seq }) => {
          return seq <= (this.settledSeq(author, chain) ?? 0) && seq >= (this.#horizon(chain, author) ?? 0)
        })
      case 'transfer':
        return statement.owner !== owner
      default:
        return true
    }
  }

  #horizon(chain: readonly PolicyEntry[], author: DeviceId): number | undefined {
    return this.#last(chain, 'horizon', author)
  }

  #last(chain: readonly PolicyEntry[], kind: 'settle' | 'horizon', author: DeviceId): number | undefined {
    return this.#said(chain)
      .flatMap((each) => (each.kind === kind ? (seqIn([each.frontier], author) ?? []) : []))
      .at(-1)
  }

  #ownerGrants(chain: readonly PolicyEntry[]): ReadonlyMap<GrantId, Terms> {
    const first: Terms = {
      subject: GENESIS.firstDevice,
      role: 'admin',
      under: ROOT_PATH,
      fromEpoch: 0,
      depth: 8,
      issuer: GENESIS.ownerKey
    }
    const grants = new Map([[FIRST_GRANT, first]])
    for (const each of this.#said(chain)) {
      if (each.kind === 'grant') grants.set(each.grant.id, each.grant)
      if (each.kind === 'narrow') grants.set(each.replacement.id, each.replacement)
    }
    return grants
  }

  #said(chain: readonly PolicyEntry[]): Statement[] {
    return chain.flatMap(({ statements }) => statements)
  }
}

function seqIn(cuts: readonly SpaceFrontier[], author: DeviceId): number | undefined {
  return cuts.flatMap(({ tips }) => tips).find((tip) => tip.author === author)?.seq
}

function isBelow(above: string, path: string): boolean {
  return `${path}/`.replace('//', '/').startsWith(`${above}/`.replace('//', '/'))
}
