import { SeededRandom } from '@hcfs/core'
import { expect } from 'vitest'
import type { EncodedDocument } from '../../src/document/context-document.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import { scanUpdate } from '../../src/validation/scan-update.ts'
import { isUpdateRefusal } from '../../src/validation/update-refusal.ts'
import type { Entry } from './entry-history.ts'
import { DOC, imageOf, received } from './entry-history.ts'
import { clientOf, forge } from './forge.ts'
import { mutate } from './mutate.ts'

export interface Outcome {
  readonly refused: number
  readonly accepted: number
}

/**
 * Puts many wrong versions of one entry of a history in its place. Each is
 * refused with an `UPDATE_*` error and leaves no trace, or is accepted and then
 * ends in the same document whether it arrives before or after all that is
 * concurrent with it.
 */
export function attackEntry(history: readonly Entry[], seed: number, count: number): Outcome {
  const random = new SeededRandom(seed)
  const index = random.below(history.length)
  const target = history[index]!
  const past = stateWith(history.filter((_, other) => target.past.has(other)))
  const concurrent = history.filter((entry, at) => at !== index && !target.past.has(at) && !entry.past.has(index))
  const pastAndConcurrent = stateWith(concurrent, past)
  const clients = [...loaded(stateWith(history)).stateVector().keys()]
  const material = { payloads: history.map(({ payload }) => payload), clients }
  let document = loaded(past)
  let accepted = 0
  for (let round = 0; round < count; round += 1) {
    const payload = random.below(2) === 0 ? mutate(target.payload, material, random) : forge(target, document, random)
    const hostile = redeclared(target, payload)
    if (isRefused(document, hostile)) continue
    accepted += 1
    const early = received(loaded(past), [hostile])
    // What was refused before has left no trace, or these differ.
    expect(imageOf(document)).toEqual(imageOf(early))
    expectAgreement(received(early, concurrent), received(loaded(pastAndConcurrent), [hostile]))
    document = loaded(past)
  }
  expect(imageOf(document)).toEqual(imageOf(loaded(past)))
  return { refused: count - accepted, accepted }
}

function stateWith(entries: readonly Entry[], before?: EncodedDocument): EncodedDocument {
  return received(before ? loaded(before) : ContextDocument.empty(DOC), entries).encodeState('v1')
}

function loaded(state: EncodedDocument): ContextDocument {
  return ContextDocument.load(DOC, state)
}

function isRefused(document: ContextDocument, entry: Entry): boolean {
  try {
    applyValidated(document, entry.payload, { ...entry, scratchBytesMax: 0 })
    return false
  } catch (error) {
    if (isUpdateRefusal(error)) return true
    throw error
  }
}

function expectAgreement(left: ContextDocument, right: ContextDocument): void {
  expect(imageOf(left)).toEqual(imageOf(right))
  expect(left.hasPending || right.hasPending).toBe(false)
}

/** The entry with other bytes, and with what they write declared: else that would be all that is wrong with them. */
function redeclared(entry: Entry, payload: Uint8Array): Entry {
  const sessions = [0, 1, 2].map((session) => ({ session, client: clientOf(entry, session) }))
  try {
    const clients = scanUpdate(payload).sections.map(({ client, clock, length }) => {
      const session = sessions.find((each) => each.client === client)?.session ?? ('text' as const)
      return { session, clock, len: length }
    })
    return { ...entry, payload, clients }
  } catch {
    return { ...entry, payload }
  }
}
