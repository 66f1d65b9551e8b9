import { expect, test } from 'vitest'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'

// Whoever changes one of these makes commits valid for some nodes and void for others: that is another format version.
test('the limits of format 1 never change', () => {
  expect(FORMAT_LIMITS).toMatchObject({
    pathBytesMax: 1_024,
    pathSegmentsMax: 32,
    segmentBytesMax: 255,
    bodyBytesMax: 1_048_576,
    contextBytesMax: 2_097_152,
    fieldsDepthMax: 16,
    commitEntriesMax: 256,
    commitPayloadBytesMax: 4_194_304,
    updateStructsMax: 20_000,
    updateLengthMax: 2_097_152,
    signAheadMsMax: 120_000,
    parkAheadMsMax: 300_000,
    gossipMessageBytesMax: 262_144,
    tokenEntriesMax: 64
  })
})

test('limits that contain one another fit', () => {
  const limits = FORMAT_LIMITS
  expect(limits.pathBytesMax).toBeGreaterThan(limits.segmentBytesMax)
  expect(limits.contextBytesMax).toBeGreaterThan(limits.bodyBytesMax)
  expect(limits.commitPayloadBytesMax).toBeGreaterThan(limits.contextBytesMax)
  expect(limits.headerBytesMax).toBeGreaterThan(limits.pathBytesMax + limits.noteBytesMax)
  // A path, all deps with their encoding, a note and who asked for it.
  const largestEntryBytes =
    limits.pathBytesMax + limits.entryDepsMax * 34 + limits.noteBytesMax + limits.agentBytesMax + limits.runBytesMax
  expect(limits.entryBytesMax).toBeGreaterThan(largestEntryBytes + 1_024)
  expect(limits.cborBytesMax).toBeGreaterThan(limits.commitEntriesMax * limits.entryBytesMax)
  expect(limits.cborDepthMax).toBeGreaterThan(limits.fieldsDepthMax)
  expect(limits.parkAheadMsMax).toBeGreaterThan(limits.signAheadMsMax)
})
