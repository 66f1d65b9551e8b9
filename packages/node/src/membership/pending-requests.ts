import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { MemberStatement, PolicyRequest, PolicyState, Verified } from '@hcfs/crdt'
import { isSelfDescription, isWithinReach } from '@hcfs/crdt'

type Request = Verified<PolicyRequest>

/** Of administrators. Beyond it further ones are refused: they are few, and their sender tries again. */
const REQUESTS_MAX = 256
/** Of members about themselves. Beyond it the oldest goes: who is not described asks again. */
const SELF_DESCRIPTIONS_MAX = 1_024
const ANSWERED_MAX = 4_096

/**
 * What members ask the owner to sign, and nobody has signed yet.
 *
 * 1. Of what a device says of itself only the newest that came is kept, and nothing
 *    once the log says something new about it: requests have no order of their own, and
 *    who is described wrongly asks again.
 * 2. What members say of themselves takes no room from what administrators ask for.
 */
export class PendingRequests {
  readonly #all = new Map<string, Request>()
  /** What was dropped and still stands on the disk. */
  readonly #dropped = new Set<string>()
  /** Answered since this node started: somebody may bring it once more. */
  readonly #answered = new Set<string>()

  has(id: string): boolean {
    return this.#all.has(id) || this.#answered.has(id)
  }

  all(): readonly Request[] {
    return [...this.#all.values()]
  }

  /** Whether it is kept. Fails with `POLICY_QUEUE_FULL` where there is no room for what an administrator asks. */
  add(request: Request, state: PolicyState): boolean {
    if (this.has(request.id) || !isWithinReach(state, request) || isAnswered(state, request)) return false
    const alike = this.all().filter((each) => isSelfDescription(each) === isSelfDescription(request))
    if (isSelfDescription(request)) {
      const before = alike.filter(({ signer }) => signer === request.signer)
      const oldest = before.length === 0 && alike.length >= SELF_DESCRIPTIONS_MAX ? alike.slice(0, 1) : []
      for (const { id } of [...before, ...oldest]) this.#drop(id)
    } else if (alike.length >= REQUESTS_MAX) throw queueFull()
    this.#dropped.delete(request.id)
    this.#all.set(request.id, request)
    return true
  }

  /** The owner's node has decided about it. */
  answered(id: string): void {
    this.#all.delete(id)
    this.#answered.add(id)
    const [oldest] = this.#answered
    if (this.#answered.size > ANSWERED_MAX && oldest !== undefined) this.#answered.delete(oldest)
  }

  /** The policy went on: what it answers waits for nobody. */
  moved(from: PolicyState, to: PolicyState): void {
    for (const request of this.all()) {
      const isOvertaken =
        isSelfDescription(request) && from.facts.members.get(request.signer) !== to.facts.members.get(request.signer)
      if (isOvertaken || isAnswered(to, request)) this.#drop(request.id)
    }
  }

  /** What is to be taken from the disk, once. */
  takeDropped(): readonly string[] {
    const dropped = [...this.#dropped]
    this.#dropped.clear()
    return dropped
  }

  /** What members have said of themselves and nobody has signed yet. */
  descriptions(): ReadonlyMap<DeviceId, MemberStatement> {
    const own = this.all().filter(isSelfDescription)
    const said = own.flatMap(({ statements }) => statements.filter((each) => each.kind === 'member'))
    return new Map(said.map((each) => [each.device, each]))
  }

  #drop(id: string): void {
    this.#all.delete(id)
    this.#dropped.add(id)
  }
}

/** Whether the log says already what was asked for. */
export function isAnswered(state: PolicyState, { statements }: Pick<PolicyRequest, 'statements'>): boolean {
  return statements.every((statement) => {
    switch (statement.kind) {
      case 'revoke':
      case 'end':
        return state.facts.takings.has(statement.grant)
      case 'space':
        return state.facts.spaces.has(statement.path)
      case 'member':
        return isSameDescription(state.facts.members.get(statement.device), statement)
      default:
        return false
    }
  })
}

export function isSameDescription(known: MemberStatement | undefined, next: MemberStatement): boolean {
  return known !== undefined && JSON.stringify(valuesOf(known)) === JSON.stringify(valuesOf(next))
}

function valuesOf({ name, addresses, replicates, isIndexing, isForgotten }: MemberStatement): unknown[] {
  return [name, addresses, replicates ?? null, isIndexing, isForgotten]
}

function queueFull(): HcfsError {
  return new HcfsError('POLICY_QUEUE_FULL', 'More requests wait for the owner than are kept; ask again later')
}
