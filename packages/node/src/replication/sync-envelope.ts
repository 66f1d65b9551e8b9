/** Sessions on one stream have numbers that grow; a frame is the number and one message. */
export interface Enveloped {
  readonly session: number
  readonly message: Uint8Array
}

export const SYNC_PROTOCOL = '/hcfs/sync/1'
export const SESSION_NUMBER_MAX = 0xffff_ffff
const NUMBER_BYTES = 4

export function envelope(session: number, message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(NUMBER_BYTES + message.byteLength)
  new DataView(frame.buffer).setUint32(0, session)
  frame.set(message, NUMBER_BYTES)
  return frame
}

/** `undefined` for a frame that holds no message. */
export function openEnvelope(frame: Uint8Array): Enveloped | undefined {
  if (frame.byteLength <= NUMBER_BYTES) return undefined
  const session = new DataView(frame.buffer, frame.byteOffset).getUint32(0)
  return { session, message: frame.subarray(NUMBER_BYTES) }
}
