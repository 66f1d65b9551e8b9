import { FORMAT_LIMITS, networkId, ROOT_PATH } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { AckEffect } from '../../src/convergence/acknowledgements.ts'
import { Acknowledgements } from '../../src/convergence/acknowledgements.ts'
import { CALM } from '../../src/convergence/frontier-message.ts'
import { deviceNumber, frontier, NETWORK, tip, unsigned } from './frontier-samples.ts'

const SELF = deviceNumber(1)
const ADA = deviceNumber(2)
const BOB = deviceNumber(3)
const STRANGER = deviceNumber(99)
const PAUSE_MS = 3_000
const NOW_MS = 1_700_000_000_000

function acknowledgements() {
  const mayRead = (device: string) => device !== STRANGER
  return new Acknowledgements({ network: NETWORK, self: SELF, frontierPauseMs: PAUSE_MS, mayRead })
}

function kindsOf(effects: readonly AckEffect[]): string[] {
  return effects.map((effect) => ('to' in effect ? `${effect.kind} ${effect.to.slice(0, 2)}` : effect.kind))
}

function durable(seq: number) {
  return { kind: 'durable', space: ROOT_PATH, tips: [tip(1, seq)], standing: CALM } as const
}

/** Of `from` itself, unless it passes on what a member said. */
function received(from: typeof ADA, at: number, claim: number | readonly [seq: number, member: typeof ADA]) {
  const [seq, member] = typeof claim === 'number' ? [claim, from] : claim
  return { kind: 'received', from, frontier: unsigned(frontier(member, at, [tip(1, seq)])) } as const
}

describe('publishing', () => {
  test('what changed is told after a pause, and in one frontier', () => {
    const state = acknowledgements()
    expect(kindsOf(state.step(durable(1), NOW_MS))).toEqual(['changed', 'sign'])
    expect(kindsOf(state.step(durable(2), NOW_MS + 10))).toEqual(['changed'])
    expect(kindsOf(state.step(durable(3), NOW_MS + 20))).toEqual(['changed'])
    expect(state.step({ kind: 'time' }, NOW_MS + PAUSE_MS - 1)).toEqual([])
    const [sign] = state.step({ kind: 'time' }, NOW_MS + PAUSE_MS)
    expect(sign).toMatchObject({ kind: 'sign', frontier: { tips: [tip(1, 3)], isWhole: true } })
  })

  test('while somebody waits it is told at once', () => {
    const state = acknowledgements()
    state.step(durable(1), NOW_MS)
    state.step({ kind: 'want', from: ADA, space: ROOT_PATH, forMs: 1_000, hops: 0 }, NOW_MS)
    expect(kindsOf(state.step(durable(2), NOW_MS + 1))).toEqual(['changed', 'sign'])
    expect(kindsOf(state.step(durable(3), NOW_MS + 1_001))).toEqual(['changed'])
  })

  test('nothing is told of what did not change, until it is time to repeat it', () => {
    const state = acknowledgements()
    state.step(durable(1), NOW_MS)
    expect(state.step(durable(1), NOW_MS + PAUSE_MS)).toEqual([])
    expect(state.step({ kind: 'time' }, NOW_MS + PAUSE_MS)).toEqual([])
    expect(kindsOf(state.step({ kind: 'time' }, NOW_MS + 10 * PAUSE_MS))).toEqual(['sign'])
  })

  test('more chains than one frontier takes are told in parts', () => {
    const state = acknowledgements()
    const tips = Array.from({ length: FORMAT_LIMITS.frontierChainsMax + 1 }, (_, index) => ({
      ...tip(1, 1),
      incarnation: index
    }))
    const effects = state.step({ ...durable(1), tips }, NOW_MS)
    const parts = effects.flatMap((effect) => (effect.kind === 'sign' ? [effect.frontier] : []))
    expect(parts.map(({ isWhole, tips }) => [isWhole, tips.length])).toEqual([
      [false, 1_000],
      [false, 1]
    ])
    const other = acknowledgements()
    for (const part of parts)
      other.step({ kind: 'received', from: ADA, frontier: unsigned({ ...part, member: ADA }) }, NOW_MS)
    expect(other.known(ADA, ROOT_PATH)?.tips.size).toBe(tips.length)
  })

  test('a clock that was set back does not stop publishing, and dates only grow', () => {
    const state = acknowledgements()
    const first = state.step(durable(1), NOW_MS).find(({ kind }) => kind === 'sign')
    const second = state.step(durable(2), NOW_MS - 86_400_000).find(({ kind }) => kind === 'sign')
    if (first?.kind !== 'sign' || second?.kind !== 'sign') throw new Error('Nothing was published')
    expect(second.frontier.at).toBeGreaterThan(first.frontier.at)
  })

  test('who remembers a later frontier of this node gets one that is later still', () => {
    const state = acknowledgements()
    state.step(durable(1), NOW_MS)
    const remembered = (NOW_MS + 60_000) * 1_000
    const [sign] = state.step(received(ADA, remembered, [9, SELF]), NOW_MS)
    expect(sign).toMatchObject({ kind: 'sign', frontier: { at: remembered + 1, tips: [tip(1, 1)] } })
  })
})

describe('hearing', () => {
  test('the newest frontier counts, in whatever order they come', () => {
    const state = acknowledgements()
    const at = NOW_MS * 1_000
    state.step(received(ADA, at + 2, 5), NOW_MS)
    expect(state.step(received(ADA, at + 1, 9), NOW_MS)).toEqual([])
    expect(state.step(received(ADA, at + 2, 9), NOW_MS)).toEqual([])
    expect(state.known(ADA, ROOT_PATH)?.frontier.tips).toEqual([tip(1, 5)])
  })

  test('a member that lost its disk is believed', () => {
    const state = acknowledgements()
    const at = NOW_MS * 1_000
    state.step(received(ADA, at, 5), NOW_MS)
    state.step(received(ADA, at + 1, 2), NOW_MS)
    expect(state.known(ADA, ROOT_PATH)?.frontier.tips).toEqual([tip(1, 2)])
  })

  test('what is dated in the future, or is of a stranger or another network, is not taken', () => {
    const state = acknowledgements()
    const later = (NOW_MS + FORMAT_LIMITS.parkAheadMsMax + 1) * 1_000
    expect(state.step(received(ADA, later, 5), NOW_MS)).toEqual([])
    expect(state.step(received(STRANGER, 1, 5), NOW_MS)).toEqual([])
    const foreign = unsigned({ ...frontier(ADA, 1, []), network: networkId(new Uint8Array(32).fill(8)) })
    expect(state.step({ kind: 'received', from: ADA, frontier: foreign }, NOW_MS)).toEqual([])
    expect([...state.table.members()]).toEqual([])
  })

  test('news are passed on to the other neighbours once', () => {
    const state = acknowledgements()
    for (const device of [ADA, BOB, STRANGER]) state.step({ kind: 'connected', device }, NOW_MS)
    const carol = deviceNumber(4)
    expect(kindsOf(state.step(received(ADA, 5, [1, carol]), NOW_MS))).toEqual(['changed', 'send 03'])
    expect(state.step(received(BOB, 5, [1, carol]), NOW_MS)).toEqual([])
  })

  test('a new neighbour is told everything it may know', () => {
    const state = acknowledgements()
    state.step(received(ADA, 5, 1), NOW_MS)
    state.step({ kind: 'signed', frontier: unsigned(frontier(SELF, 6, [])) }, NOW_MS)
    expect(kindsOf(state.step({ kind: 'connected', device: BOB }, NOW_MS))).toEqual(['changed', 'send 03'])
    expect(kindsOf(state.step({ kind: 'connected', device: STRANGER }, NOW_MS))).toEqual(['changed'])
  })

  test('a wish goes as far as its hops, and not back', () => {
    const state = acknowledgements()
    for (const device of [ADA, BOB]) state.step({ kind: 'connected', device }, NOW_MS)
    const want = { kind: 'want', from: ADA, space: ROOT_PATH, forMs: 9_000 } as const
    expect(kindsOf(state.step({ ...want, hops: 1 }, NOW_MS))).toEqual(['send-want 03'])
    expect(kindsOf(state.step({ ...want, from: BOB, hops: 1 }, NOW_MS))).toEqual([])
    expect(kindsOf(state.step({ ...want, forMs: 30_000, hops: 0 }, NOW_MS))).toEqual([])
  })

  test('who may no longer read a space is forgotten', () => {
    let mayAdaRead = true
    const mayRead = (device: string) => device !== ADA || mayAdaRead
    const state = new Acknowledgements({ network: NETWORK, self: SELF, frontierPauseMs: PAUSE_MS, mayRead })
    state.step(received(ADA, 5, 1), NOW_MS)
    mayAdaRead = false
    state.step({ kind: 'policy-changed' }, NOW_MS)
    expect(state.known(ADA, ROOT_PATH)).toBeUndefined()
  })
})
