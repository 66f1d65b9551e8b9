import type { CborValue, DeviceId } from '@hcfs/core'
import { bytesToHex, deviceId, grantId, hexToBytes, idToBytes, parseCanonicalPath } from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import { frontierValues, readFrontier } from './frontier.ts'
import type { SignedGrant } from './grant.ts'
import { readGrant } from './grant.ts'
import { isNetworkSetting } from './network-settings.ts'
import { malformedPolicy } from './policy-errors.ts'
import { readSigned } from './signed-part.ts'
import type { MemberStatement, Statement, StatementKind } from './statement.ts'

type Reader = (reader: ArrayReader) => Statement

interface StatementForm {
  /** With the kind itself. */
  readonly values: number
  readonly read: Reader
}

/** The forms of docs/reference/policy-format.md, one for each kind. */
const FORMS: Readonly<Record<StatementKind, StatementForm>> = {
  grant: { values: 2, read: (reader) => ({ kind: 'grant', grant: grantIn(reader, 'grant') }) },
  revoke: { values: 3, read: (reader) => ({ kind: 'revoke', ...takingIn(reader) }) },
  end: { values: 3, read: (reader) => ({ kind: 'end', ...takingIn(reader) }) },
  narrow: {
    values: 4,
    read: (reader) => ({ kind: 'narrow', ...takingIn(reader), replacement: grantIn(reader, 'replacement') })
  },
  confirm: { values: 2, read: (reader) => ({ kind: 'confirm', suspension: reader.id('suspension', bytesToHex) }) },
  lift: { values: 2, read: (reader) => ({ kind: 'lift', suspension: reader.id('suspension', bytesToHex) }) },
  space: { values: 2, read: (reader) => ({ kind: 'space', path: reader.path('path') }) },
  settle: { values: 2, read: (reader) => ({ kind: 'settle', frontier: frontierIn(reader) }) },
  horizon: {
    values: 3,
    read: (reader) => ({ kind: 'horizon', frontier: frontierIn(reader), root: reader.id('root', bytesToHex) })
  },
  transfer: { values: 2, read: (reader) => ({ kind: 'transfer', owner: reader.id('owner', deviceId) }) },
  recover: { values: 3, read: recoverIn },
  member: { values: 7, read: memberIn },
  setting: { values: 3, read: settingIn }
}

export function statementValues(statement: Statement): CborValue {
  return [statement.kind, ...valuesOf(statement)]
}

export function readStatement(value: CborValue): Statement {
  const kind: unknown = Array.isArray(value) ? value[0] : undefined
  if (!isStatementKind(kind)) throw malformedPolicy('statement.kind', 'is none of this format')
  const { values, read } = FORMS[kind]
  const reader = new ArrayReader(value, `statement.${kind}`, values)
  reader.text('kind')
  return read(reader)
}

function isStatementKind(kind: unknown): kind is StatementKind {
  return typeof kind === 'string' && Object.hasOwn(FORMS, kind)
}

function valuesOf(statement: Statement): CborValue[] {
  switch (statement.kind) {
    case 'grant':
      return [signedValues(statement.grant)]
    case 'revoke':
    case 'end':
      return [idToBytes(statement.grant), statement.cuts.map(frontierValues)]
    case 'narrow':
      return [idToBytes(statement.grant), statement.cuts.map(frontierValues), signedValues(statement.replacement)]
    case 'confirm':
    case 'lift':
      return [hexToBytes(statement.suspension)]
    case 'space':
      return [statement.path]
    case 'settle':
      return [frontierValues(statement.frontier)]
    case 'horizon':
      return [frontierValues(statement.frontier), hexToBytes(statement.root)]
    case 'transfer':
      return [idToBytes(statement.owner)]
    case 'recover':
      return [idToBytes(statement.owner), statement.recovery === undefined ? null : idToBytes(statement.recovery)]
    case 'member':
      return memberValues(statement)
    case 'setting':
      return [statement.name, statement.value]
  }
}

function memberValues({ device, name, addresses, replicates, isIndexing, isForgotten }: MemberStatement): CborValue[] {
  return [idToBytes(device), name, addresses, replicates ?? null, isIndexing ? 1 : 0, isForgotten ? 1 : 0]
}

function signedValues({ bytes, signature }: SignedGrant): CborValue {
  return [bytes, signature]
}

function grantIn(reader: ArrayReader, name: string): SignedGrant {
  return readGrant(readSigned(reader.list(name), name))
}

function takingIn(reader: ArrayReader) {
  return { grant: reader.id('grant', grantId), cuts: reader.list('cuts').map(readFrontier) }
}

function frontierIn(reader: ArrayReader) {
  return readFrontier(reader.list('frontier'))
}

function recoverIn(reader: ArrayReader): Statement {
  const owner = reader.id('owner', deviceId)
  const recovery = reader.optional((): DeviceId => reader.id('recovery', deviceId))
  return { kind: 'recover', owner, ...(recovery !== undefined && { recovery }) }
}

function memberIn(reader: ArrayReader): Statement {
  const device = reader.id('device', deviceId)
  const name = reader.text('name')
  const addresses = texts(reader, 'addresses')
  const replicates = reader.optional(() => texts(reader, 'replicates').map(parseCanonicalPath))
  const isIndexing = flagIn(reader, 'isIndexing')
  const isForgotten = flagIn(reader, 'isForgotten')
  return {
    kind: 'member',
    device,
    name,
    addresses,
    ...(replicates !== undefined && { replicates }),
    isIndexing,
    isForgotten
  }
}

function settingIn(reader: ArrayReader): Statement {
  const name = reader.text('name')
  if (!isNetworkSetting(name)) throw malformedPolicy('statement.setting.name', 'is none of this format')
  return { kind: 'setting', name, value: reader.wholeNumber('value') }
}

function texts(reader: ArrayReader, name: string): string[] {
  return reader.list(name).map((value) => {
    if (typeof value === 'string') return value
    throw malformedPolicy(`statement.${name}`, 'holds something else than text')
  })
}

function flagIn(reader: ArrayReader, name: string): boolean {
  const value = reader.wholeNumber(name)
  if (value > 1) throw malformedPolicy(`statement.${name}`, 'is neither 0 nor 1')
  return value === 1
}
