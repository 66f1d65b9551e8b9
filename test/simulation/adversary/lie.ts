/** What a member that is out to harm says to others. */
export const LIES = ['equivocate', 'back-date', 'replay', 'forge-client', 'bomb', 'far-future', 'trespass'] as const

export type Lie = (typeof LIES)[number]

/**
 * Those that a random plan draws. `equivocate` waits: sessions call copies diverged that hold one branch
 * and both of a chain that forked (docs/SIMULATION.md).
 */
export const DRAWN_LIES: readonly Lie[] = LIES.filter((lie) => lie !== 'equivocate')
