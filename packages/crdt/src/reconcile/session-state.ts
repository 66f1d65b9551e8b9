import type { CommitId, ContextPath, DocId, NetworkId } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'
import type { MessageNamed, SyncMessageName, SyncRefusal } from './sync-message.ts'
import type { ReadResultOf, SyncReadName } from './sync-read.ts'
import type { CommitPlace, CommitSelection, SpaceSummary, TrieQuestion } from './sync-source.ts'

/** How a session ended. */
export type SyncOutcome =
  | { readonly reason: 'equal' }
  /** Everything that was found to differ was spoken of; whether the roots are equal now, the next session tells. */
  | { readonly reason: 'exchanged'; readonly received: number; readonly sent: number }
  /** Both hold the same commits of these documents, and yet other heads or other contents: a fault to look into. */
  | { readonly reason: 'diverged'; readonly docs: readonly DocId[]; readonly received: number; readonly sent: number }
  | { readonly reason: 'refused'; readonly why: SyncRefusal }
  | { readonly reason: 'misbehaved'; readonly what: string }
  /** The peer said nothing for too long, or all of it took too long. */
  | { readonly reason: 'timed-out' }
  /** More messages or bytes than one session may take; the next one goes on. */
  | { readonly reason: 'budget-spent' }
  | { readonly reason: 'policy-unsettled' }
  | { readonly reason: 'stopped'; readonly why: string }
  /** The leader said that it is done. */
  | { readonly reason: 'served'; readonly received: number; readonly sent: number }

/** What a leader does one after another. Each puts what follows from it in front of the rest. */
export type Step =
  | { readonly step: 'greet' }
  | { readonly step: 'frontier' }
  | { readonly step: 'sums'; readonly question: TrieQuestion }
  | { readonly step: 'rows'; readonly leaves: readonly number[]; readonly after?: DocId; readonly audit: boolean }
  | { readonly step: 'heads'; readonly docs: readonly DocId[]; readonly before?: HeadsSeen }
  | { readonly step: 'pull'; readonly tips: readonly ChainTip[] }
  | { readonly step: 'pull-all' }
  | { readonly step: 'push'; readonly tips: readonly ChainTip[] }
  | { readonly step: 'push-all' }

/** Both sides' heads of some documents, in one text, and how many commits had moved by then. */
export interface HeadsSeen {
  readonly heads: string
  readonly moved: number
}

/** What is asked for in a stream, and how far it came: what comes later has to stand behind it. */
export type Stream =
  | { readonly stream: 'commits'; readonly selection: CommitSelection; readonly after?: CommitPlace }
  /** Everything behind this epoch. */
  | { readonly stream: 'policy'; readonly after: number }

/** Each with only what it needs. `docs/reference/sync-protocol.md` has the picture. */
export interface SessionStates {
  /** Follower: nothing was said yet. */
  waiting: object
  /** Follower: reads its summary to answer a hello. */
  meeting: { readonly hello: MessageNamed<'hello'> }
  /** Follower: the leader's turn. */
  serving: object
  /** Follower: reads what it was asked for. */
  answering: { readonly question: Answerable }
  /** Leader: reads its summary. */
  opening: object
  /** Leader: said hello. */
  greeting: { readonly summary: SpaceSummary }
  /** Leader: reads its frontier. */
  digesting: object
  /** Leader: sent its frontier. */
  matching: { readonly tips: readonly ChainTip[] }
  /** Leader: both sides read sums; the one that is here first is kept. */
  descending: {
    readonly question: TrieQuestion
    readonly own?: readonly Uint8Array[]
    readonly theirs?: readonly Uint8Array[]
  }
  /** Leader: likewise rows. */
  listing: {
    readonly asked: Extract<Step, { step: 'rows' }>
    readonly own?: ReadResultOf<'rows'>
    readonly theirs?: MessageNamed<'rows'>
  }
  /** Leader: likewise heads. */
  gathering: {
    readonly asked: Extract<Step, { step: 'heads' }>
    readonly own?: ReadResultOf<'heads'>
    readonly theirs?: MessageNamed<'heads'>
  }
  /** Finds out which of the offered commits are missing. */
  weighing: object
  receiving: {
    readonly wanted: Stream
    /** Commits that may still come. */
    readonly commitsLeft: number
    /** Frames that the peer may still send. */
    readonly credit: number
    readonly pieces: readonly Uint8Array[]
    readonly piecesBytes: number
    /** Batches given to the caller that it has not judged yet. */
    readonly undelivered: number
    readonly isComplete: boolean
    readonly missing: readonly CommitId[]
  }
  /** Asked where missing commits stand. */
  locating: object
  /** Offered commits or the policy. */
  offering: object
  /** Looks up what the peer could not place. */
  placing: object
  sending: {
    readonly given: Stream
    readonly credit: number
    /** What is left of the batch that is being sent; `undefined` while the next one is read. */
    readonly rest?: Uint8Array
    readonly isLast: boolean
  }
  finished: { readonly outcome: SyncOutcome }
}

export type Answerable =
  | MessageNamed<'ask-sums'>
  | MessageNamed<'ask-rows'>
  | MessageNamed<'ask-heads'>
  | MessageNamed<'frontier'>

export type SessionStateName = keyof SessionStates
export type StateNamed<Name extends SessionStateName> = { readonly name: Name } & SessionStates[Name]
export type SessionState = { [Name in SessionStateName]: StateNamed<Name> }[SessionStateName]

export interface SessionOptions {
  readonly network: NetworkId
  /** Why the peer is told nothing of a space, if so. Asked by followers at each hello; whoever leads decides before. */
  readonly refusalFor: (space: ContextPath) => SyncRefusal | undefined
  /** Messages that one session may take. @default 65_536 */
  readonly messagesMax?: number
  /** Bytes that one session may take. @default 4 GiB */
  readonly bytesMax?: number
  /** Ticks without a word of the peer. @default 30 */
  readonly idleTicksMax?: number
  /** @default 3_600 */
  readonly ticksMax?: number
  /** Frames that a peer may send before it has to wait. @default 4 */
  readonly credit?: number
}

export interface SyncSession {
  readonly role: 'leader' | 'follower'
  readonly options: Required<SessionOptions>
  /** Of a follower that was not greeted yet, the root of the tree. */
  readonly space: ContextPath
  readonly state: SessionState
  readonly plan: Plan
  readonly usage: Usage
}

/** What a session remembers from one state to the next. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly auditLeaves: readonly number[]
  /** Left each time the two greet each other again. */
  readonly greetingsLeft: number
  /** Left each time missing parents are looked for. */
  readonly locatesLeft: number
  readonly bulk: 'none' | 'pulled' | 'pushed'
  /** The root that the leader said hello with. */
  readonly salt: Uint8Array
  readonly summaries?: {
    readonly own: SpaceSummary
    readonly theirs: { readonly count: number; readonly chains: number }
  }
  readonly isEqual: boolean
  readonly diverged: readonly DocId[]
  readonly received: number
  readonly sent: number
}

export interface Usage {
  readonly messages: number
  readonly bytes: number
  readonly ticks: number
  readonly idleTicks: number
}

export type SessionIn<Name extends SessionStateName> = Omit<SyncSession, 'state'> & { readonly state: StateNamed<Name> }

/** Which message is heard in which state. In all others it is misbehaviour. */
export const HEARD_IN = {
  hello: ['waiting', 'serving'],
  equal: ['greeting'],
  different: ['greeting'],
  refused: ['greeting'],
  'offer-policy': ['greeting'],
  'ask-policy': ['greeting', 'serving'],
  frontier: ['serving'],
  difference: ['matching'],
  'ask-sums': ['serving'],
  sums: ['descending'],
  'ask-rows': ['serving'],
  rows: ['listing'],
  'ask-heads': ['serving'],
  heads: ['gathering'],
  offer: ['serving', 'locating'],
  'offer-all': ['serving'],
  want: ['serving', 'offering'],
  'want-all': ['serving', 'offering'],
  enough: ['offering'],
  frame: ['receiving'],
  more: ['sending'],
  locate: ['serving', 'offering'],
  done: ['serving']
} as const satisfies Record<SyncMessageName, readonly SessionStateName[]>

export type HeardBy<State extends SessionStateName> = {
  [Name in SyncMessageName]: State extends (typeof HEARD_IN)[Name][number] ? Name : never
}[SyncMessageName]

/** Which read ends in which state; the driver answers each read once. */
export const READ_IN = {
  summary: ['meeting', 'opening'],
  frontier: ['answering', 'digesting'],
  sums: ['answering', 'descending'],
  rows: ['answering', 'listing'],
  heads: ['answering', 'gathering'],
  lacking: ['weighing'],
  places: ['placing'],
  commits: ['sending'],
  policy: ['sending']
} as const satisfies Record<SyncReadName, readonly SessionStateName[]>

export type ReadBy<State extends SessionStateName> = {
  [Name in SyncReadName]: State extends (typeof READ_IN)[Name][number] ? Name : never
}[SyncReadName]
