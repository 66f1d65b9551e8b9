import type { DeviceId } from '@hcfs/core'
import type { Stream } from '@libp2p/interface'
import type { CreditedStreamOptions, RawStream } from '../credited-stream.ts'
import { CreditedStream } from '../credited-stream.ts'
import { plainBytes } from './plain-bytes.ts'

/** Frames over a stream of libp2p. Reads at once whatever comes: the credits bound it, and a paused stream would break. */
export function framedStream(
  stream: Stream,
  { peer, nowMs }: { readonly peer: DeviceId; readonly nowMs: () => number },
  options: CreditedStreamOptions
): CreditedStream {
  const framed = new CreditedStream({ peer, raw: rawOf(stream), nowMs }, options)
  stream.addEventListener('message', ({ data }) => framed.receive(plainBytes(data.subarray())))
  stream.addEventListener('remoteCloseWrite', () => framed.ended())
  stream.addEventListener('close', ({ error }) => framed.ended(error))
  // It may have been broken off before anybody listened.
  if (stream.status !== 'open' && stream.status !== 'closing') framed.ended()
  return framed
}

function rawOf(stream: Stream): RawStream {
  return {
    write: async (bytes) => {
      if (!stream.send(bytes)) await stream.onDrain()
    },
    // It says so itself when closing takes too long.
    end: () => void stream.close().catch((error: unknown) => stream.abort(asError(error))),
    abort: (reason) => stream.abort(reason)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
