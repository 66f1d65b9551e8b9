import type { CborValue } from '@hcfs/core'
import {
  bytesToHex,
  commitId,
  deviceId,
  encodeCbor,
  FORMAT_LIMITS,
  HcfsError,
  hexToBytes,
  hybridTime,
  idToBytes,
  networkId
} from '@hcfs/core'
import { INCARNATION_MAX } from '../document/ids.ts'
import { ArrayReader, decodeCanonical } from './array-reader.ts'
import type { CommitHeader } from './commit.ts'
import { malformed } from './commit-errors.ts'
import { assertText, assertWholeNumber } from './value-rules.ts'

export const COMMIT_TAG = 'hcfs/commit/1'

const COMMIT_TAG_PATTERN = /^hcfs\/commit\/[1-9][0-9]{0,8}$/
const HEADER_VALUES = 13

/** The bytes that are signed. The tag in front keeps them apart from everything else that a device signs. */
export function encodeHeader(header: CommitHeader): Uint8Array {
  assertHeaderRules(header)
  return encodeCbor([
    COMMIT_TAG,
    idToBytes(header.network),
    header.space,
    idToBytes(header.author),
    header.incarnation,
    header.seq,
    header.prev === undefined ? null : idToBytes(header.prev),
    header.epoch,
    header.hlc,
    hexToBytes(header.entriesRoot),
    header.entryCount,
    header.keyEpoch ?? null,
    header.note ?? null
  ])
}

/** The format of a header is looked at before anything else of it, so that a newer one is told from a broken one. */
export function decodeHeader(bytes: Uint8Array): CommitHeader {
  const value = decodeCanonical(bytes, 'header', FORMAT_LIMITS.headerBytesMax)
  assertKnownFormat(value)
  const header = readHeader(value)
  assertHeaderRules(header)
  return header
}

function readHeader(value: CborValue): CommitHeader {
  const reader = new ArrayReader(value, 'header', HEADER_VALUES)
  reader.text('tag')
  const network = reader.id('network', networkId)
  const space = reader.path('space')
  const author = reader.id('author', deviceId)
  const incarnation = reader.wholeNumber('incarnation')
  const seq = reader.wholeNumber('seq')
  const prev = reader.optional(() => reader.id('prev', commitId))
  const epoch = reader.wholeNumber('epoch')
  const hlc = hybridTime(reader.wholeNumber('hlc'))
  const entriesRoot = reader.id('entriesRoot', bytesToHex)
  const entryCount = reader.wholeNumber('entryCount')
  const keyEpoch = reader.optional(() => reader.wholeNumber('keyEpoch'))
  const note = reader.optional(() => reader.text('note'))
  return {
    network,
    space,
    author,
    incarnation,
    seq,
    ...(prev !== undefined && { prev }),
    epoch,
    hlc,
    entriesRoot,
    entryCount,
    ...(keyEpoch !== undefined && { keyEpoch }),
    ...(note !== undefined && { note })
  }
}

function assertHeaderRules(header: CommitHeader): void {
  assertWholeNumber('header.incarnation', header.incarnation, { max: INCARNATION_MAX })
  assertWholeNumber('header.seq', header.seq, { min: 1 })
  if ((header.seq === 1) !== (header.prev === undefined)) {
    throw malformed('header.prev', 'is missing, or stands in the first commit of a chain')
  }
  assertWholeNumber('header.epoch', header.epoch)
  assertWholeNumber('header.hlc', header.hlc)
  assertWholeNumber('header.entryCount', header.entryCount, { min: 1, max: FORMAT_LIMITS.commitEntriesMax })
  if (header.keyEpoch !== undefined) assertWholeNumber('header.keyEpoch', header.keyEpoch)
  assertText('header.note', header.note, FORMAT_LIMITS.noteBytesMax)
}

function assertKnownFormat(value: CborValue): void {
  const tag: unknown = Array.isArray(value) ? value[0] : undefined
  if (tag === COMMIT_TAG) return
  if (typeof tag !== 'string' || !COMMIT_TAG_PATTERN.test(tag)) throw malformed('header.tag', `is not ${COMMIT_TAG}`)
  throw new HcfsError(
    'COMMIT_FORMAT_UNKNOWN',
    `A commit of format ${tag} was made by newer software; update this node`,
    {
      details: { format: tag }
    }
  )
}
