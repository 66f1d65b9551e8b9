import type { DeviceId } from '@hcfs/core'
import type { Stream } from '@libp2p/interface'
import type { CreditedStreamOptions, RawStream } from '../credited-stream.ts'
import { CreditedStream } from '../credited-stream.ts'
import { plainBytes } from './plain-bytes.ts'
import { TurnWriter } from './turn-writer.ts'

/** Frames over a stream of libp2p. Reads at once whatever comes: the credits bound it, and a paused stream would break. */
export function framedStream(
  stream: Stream,
  { peer, nowMs }: { readonly peer: DeviceId; readonly nowMs: () => number },
  options: CreditedStreamOptions
): CreditedStream {
  const writer = new TurnWriter(stream, (error) => framed.ended(asError(error)))
  const framed: CreditedStream = new CreditedStream({ peer, raw: rawOf(stream, writer), nowMs }, options)
  stream.addEventListener('message', ({ data }) => framed.receive(plainBytes(data.subarray())))
  stream.addEventListener('remoteCloseWrite', () => framed.ended())
  stream.addEventListener('close', ({ error }) => framed.ended(error))
  // It may have been broken off before anybody listened.
  if (stream.status !== 'open' && stream.status !== 'closing') framed.ended()
  return framed
}

function rawOf(stream: Stream, writer: TurnWriter): RawStream {
  const close = async (): Promise<void> => {
    await writer.flush()
    await stream.close()
  }
  return {
    write: (bytes) => writer.write(bytes),
    // It says so itself when closing takes too long.
    end: () => void close().catch((error: unknown) => stream.abort(asError(error))),
    abort: (reason) => {
      writer.discard()
      stream.abort(reason)
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
