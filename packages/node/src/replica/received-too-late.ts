/** Signals that what a commit was judged by changed before it was stored. */
export class ReceivedTooLate extends Error {}
