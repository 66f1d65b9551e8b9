import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import * as Y from 'yjs'

/** Ids from here on belong to bridges; editors draw theirs below it. */
export const BRIDGE_CLIENT_MIN: number = 2 ** 32

export interface EditorUpdateQuestion {
  readonly update: Uint8Array
  /** How far each client of the bridge is written. */
  readonly clockOf: (client: number) => number
}

/** `gap`: it builds upon structs that are not here; whoever sent it has to send those first. */
export type EditorUpdateAnswer = { readonly kind: 'gap' } | { readonly kind: 'fits'; readonly writes: boolean }

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number]

/**
 * Looks at an update of an editor before Yjs is asked to apply it: only plain text of the root `body`,
 * without a gap, within the limits of one update. `UPDATE_*` errors say what is wrong with it, and
 * `BRIDGE_FOREIGN` that it has something of a bridge which this one has not.
 */
export function checkEditorUpdate({ update, clockOf }: EditorUpdateQuestion): EditorUpdateAnswer {
  if (update.byteLength > FORMAT_LIMITS.commitPayloadBytesMax) {
    throw refused('UPDATE_TOO_LARGE', 'it has more bytes than one change may have')
  }
  const { structs, ds } = decoded(update)
  const ends = new Map<number, number>()
  const endOf = (client: number): number => ends.get(client) ?? clockOf(client)
  assertSizes(structs)
  let hasGap = false
  let writes = false
  for (const struct of structs) {
    const { client, clock } = struct.id
    const end = endOf(client)
    if (clock > end || struct instanceof Y.Skip) hasGap = true
    if (clock + struct.length <= end) continue
    if (client >= BRIDGE_CLIENT_MIN) throw bridgeForeign()
    writes = true
    ends.set(client, clock + struct.length)
    assertPlainText(struct)
  }
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue
    if (isBeyond(struct.origin, endOf) || isBeyond(struct.rightOrigin, endOf)) hasGap = true
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) if (clock + len > endOf(client)) hasGap = true
  }
  return hasGap ? { kind: 'gap' } : { kind: 'fits', writes }
}

/** Merged with this bridge, what another one wrote would stand there twice. */
export function bridgeForeign(): HcfsError {
  return new HcfsError(
    'BRIDGE_FOREIGN',
    'This editor was fed by another node, or by a state that is gone; load the document anew and open it again'
  )
}

function decoded(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  try {
    return Y.decodeUpdate(update)
  } catch (error) {
    throw new HcfsError('UPDATE_MALFORMED', 'Update refused: it cannot be read', { cause: error })
  }
}

function assertSizes(structs: readonly Struct[]): void {
  const { updateStructsMax, updateLengthMax } = FORMAT_LIMITS
  if (structs.length > updateStructsMax) {
    throw refused('UPDATE_TOO_MANY_STRUCTS', `it has more than ${updateStructsMax} structs`)
  }
  let length = 0
  for (const struct of structs) length += struct.length
  if (length > updateLengthMax) throw refused('UPDATE_TOO_LONG', `its structs are longer than ${updateLengthMax}`)
}

/** A format has no text: it may stand there, and is no part of the context. */
function assertPlainText(struct: Struct): void {
  if (!(struct instanceof Y.Item)) throw refused('UPDATE_CONTENT_FORBIDDEN', 'it holds what no text has')
  const { content, parent, parentSub, origin, rightOrigin } = struct
  const isText =
    content instanceof Y.ContentString || content instanceof Y.ContentDeleted || content instanceof Y.ContentFormat
  if (!isText) throw refused('UPDATE_CONTENT_FORBIDDEN', 'it holds something else than text')
  if (origin !== null || rightOrigin !== null) return
  if (String(parent) !== 'body' || typeof parent !== 'string') {
    throw refused('UPDATE_ROOT_UNKNOWN', 'it writes beside the text named body')
  }
  if (parentSub !== null) throw refused('UPDATE_PARENT_INVALID', 'text has a key')
}

function isBeyond(id: Y.ID | null, endOf: (client: number) => number): boolean {
  return id !== null && id.clock >= endOf(id.client)
}

function refused(
  code: Extract<ConstructorParameters<typeof HcfsError>[0], `UPDATE_${string}`>,
  reason: string
): HcfsError {
  return new HcfsError(code, `Update refused: ${reason}`)
}
