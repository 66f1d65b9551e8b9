import * as encoding from 'lib0/encoding'

export type Id = readonly [client: number, clock: number]

/** What a struct holds: its number in the first byte, and how its bytes are written. */
export interface Content {
  readonly ref: number
  readonly write: (encoder: encoding.Encoder) => void
}

export interface WrittenStruct {
  readonly content: Content
  readonly origin?: Id
  readonly right?: Id
  /** Written when there is neither origin nor right: the name of a root, or the id of a struct. */
  readonly parent?: string | Id
  readonly key?: string
}

export interface WrittenUpdate {
  readonly sections?: readonly { readonly id: Id; readonly structs: readonly WrittenStruct[] }[]
  readonly deletes?: readonly { readonly client: number; readonly ranges: readonly (readonly [number, number])[] }[]
}

/** Writes V1 bytes as told, allowed or not. */
export function writeUpdate({ sections = [], deletes = [] }: WrittenUpdate): Uint8Array {
  return bytesOf((encoder) => {
    encoding.writeVarUint(encoder, sections.length)
    for (const { id, structs } of sections) {
      encoding.writeVarUint(encoder, structs.length)
      writeId(encoder, id)
      for (const struct of structs) writeStruct(encoder, struct)
    }
    encoding.writeVarUint(encoder, deletes.length)
    for (const { client, ranges } of deletes) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length)
      for (const [clock, length] of ranges) {
        encoding.writeVarUint(encoder, clock)
        encoding.writeVarUint(encoder, length)
      }
    }
  })
}

export function bytesOf(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}

/** Content of any kind. Its first `write` argument tells lib0 what follows. */
export const holding = {
  gc: (length: number): Content => ({ ref: 0, write: (encoder) => encoding.writeVarUint(encoder, length) }),
  deleted: (length: number): Content => ({ ref: 1, write: (encoder) => encoding.writeVarUint(encoder, length) }),
  json: (text: string): Content => ({
    ref: 2,
    write: (encoder) => {
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, text)
    }
  }),
  text: (text: string): Content => ({ ref: 4, write: (encoder) => encoding.writeVarString(encoder, text) }),
  rawText: (bytes: Uint8Array): Content => ({
    ref: 4,
    write: (encoder) => encoding.writeVarUint8Array(encoder, bytes)
  }),
  format: (key: string, json: string): Content => ({
    ref: 6,
    write: (encoder) => {
      encoding.writeVarString(encoder, key)
      encoding.writeVarString(encoder, json)
    }
  }),
  /** A nested shared type; 1 is a map. */
  type: (type: number): Content => ({ ref: 7, write: (encoder) => encoding.writeVarUint(encoder, type) }),
  values: (...values: readonly encoding.AnyEncodable[]): Content => ({
    ref: 8,
    write: (encoder) => {
      encoding.writeVarUint(encoder, values.length)
      for (const value of values) encoding.writeAny(encoder, value)
    }
  }),
  /** One value, as lib0 writes it, byte by byte. */
  rawValue: (bytes: Uint8Array): Content => ({
    ref: 8,
    write: (encoder) => {
      encoding.writeVarUint(encoder, 1)
      encoding.writeUint8Array(encoder, bytes)
    }
  }),
  subdocument: (guid: string): Content => ({
    ref: 9,
    write: (encoder) => {
      encoding.writeVarString(encoder, guid)
      encoding.writeAny(encoder, {})
    }
  }),
  skip: (length: number): Content => ({ ref: 10, write: (encoder) => encoding.writeVarUint(encoder, length) }),
  unknown: (ref: number): Content => ({ ref, write: () => {} })
} as const

const GC = 0
const SKIP = 10

function writeStruct(encoder: encoding.Encoder, { content, origin, right, parent, key }: WrittenStruct): void {
  const isItem = content.ref !== GC && content.ref !== SKIP
  const flags = (origin ? 0x80 : 0) | (right ? 0x40 : 0) | (key === undefined ? 0 : 0x20)
  encoding.writeUint8(encoder, content.ref | flags)
  if (origin) writeId(encoder, origin)
  if (right) writeId(encoder, right)
  if (isItem && !origin && !right) writeParent(encoder, parent ?? 'body', key)
  content.write(encoder)
}

function writeParent(encoder: encoding.Encoder, parent: string | Id, key: string | undefined): void {
  encoding.writeVarUint(encoder, typeof parent === 'string' ? 1 : 0)
  if (typeof parent === 'string') encoding.writeVarString(encoder, parent)
  else writeId(encoder, parent)
  if (key !== undefined) encoding.writeVarString(encoder, key)
}

function writeId(encoder: encoding.Encoder, [client, clock]: Id): void {
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock)
}
