import fc from 'fast-check'
import { expect } from 'vitest'
import { PolicyLog } from '../../src/policy/policy-log.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import { NaivePolicy } from './naive-policy.ts'
import { chainOf, FIRST_GRANT, GENESIS, KEYS, NETWORK, verifier } from './network.ts'
import type { Signed } from './random-policy.ts'
import { arbitrarySigned, DEVICES, grantsIn, PATHS } from './random-policy.ts'

/*
 * Goal: the same signed entries and grants give the same decisions, whatever the
 * order in which they arrive and however often each does; and these decisions are
 * the ones of the written rules.
 * Method: random histories in which anybody signs anything: forks, grants that
 * widen, back-dated ones, cuts, horizons, recoveries. Shuffle and repeat them, and
 * compare every answer with an oracle that sees everything at once.
 */
export function checkOrder(runs: number): void {
  const arrival = arbitrarySigned.chain((signed) => {
    const parts = [...signed.entries, ...signed.grants]
    const order = fc.array(fc.nat({ max: parts.length - 1 }), { maxLength: parts.length })
    const shuffled = fc.shuffledSubarray(parts, { minLength: parts.length })
    return fc.record({ signed: fc.constant(signed), shuffled, repeats: order })
  })
  fc.assert(
    fc.property(arrival, ({ signed, shuffled, repeats }) => {
      const log = new PolicyLog(GENESIS, verifier)
      const early = repeats.map((index) => shuffled[index]!)
      for (const part of [...early, ...shuffled])
        refusalOf(() => ('prev' in part ? log.addEntry(part) : log.addGrant(part)))
      expect(answersOf(log, signed)).toEqual(expectedOf(new NaivePolicy(signed), signed))
    }),
    { numRuns: runs }
  )
}

function answersOf({ state }: PolicyLog, signed: Signed) {
  return questions(signed, state.epoch).map(({ id, author, path, epoch }) => [
    state.facts.head,
    state.grantCovers({ grant: id, author, path, epoch, right: 'write' }),
    state.mayRead(author, path, epoch),
    state.spaceOf(path, epoch),
    state.cutOf({ ...chainOf('ada'), author, grant: id })?.seq,
    state.settlementOf({ ...chainOf('ada'), author })?.seq
  ])
}

function expectedOf(naive: NaivePolicy, signed: Signed) {
  return questions(signed, naive.chain.length).map(({ id, author, path, epoch }) => [
    naive.chain.at(-1)?.id ?? NETWORK,
    naive.grantCovers(id, { author, path, epoch }),
    naive.mayRead(author, path, epoch),
    naive.spaceOf(path, epoch),
    naive.cutOf(id, author),
    naive.settledSeq(author)
  ])
}

function questions(signed: Signed, epoch: number) {
  const given = signed.entries.flatMap(({ statements }) => statements.flatMap(grantsIn).map(({ id }) => id))
  const ids = [FIRST_GRANT, ...given, ...signed.grants.map(({ id }) => id)]
  const epochs = [...new Set([0, Math.floor(epoch / 2), epoch])]
  return ids.flatMap((id) =>
    DEVICES.flatMap((name) =>
      PATHS.flatMap((path) => epochs.map((each) => ({ id, author: KEYS[name].deviceId, path, epoch: each })))
    )
  )
}
