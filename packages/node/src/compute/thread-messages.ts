import type { CallFailure } from './call-failure.ts'
import type { Answer, Call } from './channel.ts'

/** To the thread. `close` is the last one. */
export type ToThread = { readonly type: 'call'; readonly call: Call } | { readonly type: 'close' }

/** From the thread: `started` once, then answers, then `closed`; or `start-failed` and nothing else. */
export type FromThread =
  | { readonly type: 'started' }
  | { readonly type: 'start-failed'; readonly failure: CallFailure }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'closed'; readonly failure?: CallFailure }
