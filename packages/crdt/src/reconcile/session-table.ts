import {
  answerFrontier,
  answerHeads,
  answerHello,
  answerRows,
  answerSums,
  hearHello,
  hearQuestion
} from './answer-leader.ts'
import {
  askPolicy,
  handOutPolicy,
  hearDifference,
  hearDifferent,
  hearEqual,
  hearRefused,
  sayHello,
  sendFrontier
} from './greet-follower.ts'
import { considerAll, considerOffer, considerPlaces, takeFrame, wantLacking } from './receive-stream.ts'
import { takeOwnHeads, takeOwnRows, takeTheirHeads, takeTheirRows } from './rows-steps.ts'
import {
  giveAll,
  givePolicy,
  giveWanted,
  lookUp,
  sendCommits,
  sendPlaces,
  sendPolicy,
  takeCredit,
  takeEnough
} from './send-stream.ts'
import type { Transition } from './session-effects.ts'
import { finish } from './session-effects.ts'
import type { HeardBy, Plan, ReadBy, SessionIn, SessionStateName, SyncOutcome } from './session-state.ts'
import { takeOwnSums, takeTheirSums } from './sums-steps.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'

/**
 * What each state does with each message and each read that belong to it. The
 * compiler asks for all of them and for no others: a message that is added has
 * to be given its states in `HEARD_IN`, and then a place here.
 */
type Row<Name extends SessionStateName> = {
  readonly [Message in HeardBy<Name>]: {
    hear(session: SessionIn<Name>, message: MessageNamed<Message>): Transition
  }['hear']
} & {
  readonly [Read in ReadBy<Name> as `read ${Read}`]: {
    take(session: SessionIn<Name>, result: ReadResultOf<Read>): Transition
  }['take']
}

export const SESSION_TABLE: { readonly [Name in SessionStateName]: Row<Name> } = {
  waiting: { hello: hearHello },
  meeting: { 'read summary': answerHello },
  serving: {
    hello: hearHello,
    'ask-policy': givePolicy,
    frontier: hearQuestion,
    'ask-sums': hearQuestion,
    'ask-rows': hearQuestion,
    'ask-heads': hearQuestion,
    offer: considerOffer,
    'offer-all': considerAll,
    want: giveWanted,
    'want-all': giveAll,
    locate: lookUp,
    done: (session) => finish(session, servedOutcome(session.plan))
  },
  answering: {
    'read frontier': answerFrontier,
    'read sums': answerSums,
    'read rows': answerRows,
    'read heads': answerHeads
  },
  opening: { 'read summary': sayHello },
  greeting: {
    equal: hearEqual,
    different: hearDifferent,
    refused: hearRefused,
    'offer-policy': askPolicy,
    'ask-policy': handOutPolicy
  },
  digesting: { 'read frontier': sendFrontier },
  matching: { difference: hearDifference },
  descending: { sums: takeTheirSums, 'read sums': takeOwnSums },
  listing: { rows: takeTheirRows, 'read rows': takeOwnRows },
  gathering: { heads: takeTheirHeads, 'read heads': takeOwnHeads },
  weighing: { 'read lacking': wantLacking },
  receiving: { frame: takeFrame },
  locating: { offer: considerPlaces },
  offering: { want: giveWanted, 'want-all': giveAll, enough: takeEnough, locate: lookUp },
  placing: { 'read places': sendPlaces },
  sending: { more: takeCredit, 'read commits': sendCommits, 'read policy': sendPolicy },
  finished: {}
}

function servedOutcome({ received, sent }: Plan): SyncOutcome {
  return { reason: 'served', received, sent }
}
