import type { Stream } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { encodePart } from '../../src/network/frame-decoder.ts'
import type { Libp2pTransport } from '../../src/network/libp2p-transport.ts'
import { NEVER, startLoopback } from './loopback.ts'
import { admittedPeer, dialRaw as dial, rawPeer } from './raw-peer.ts'

const PROTOCOL = '/test/1'

test('a peer that knows nothing of the admission gets no connection', async () => {
  const node = await startLoopback({ limits: { admissionTimeoutMs: 300 } })
  const stranger = await rawPeer()

  await expect(dial(stranger, node)).rejects.toThrow()

  expect(node.peers()).toEqual([])
  await staysHealthy(node)
})

test('a peer that sends rubbish in the admission gets no connection', async () => {
  const node = await startLoopback({ limits: { admissionTimeoutMs: 300 } })
  const peer = await rawPeer({
    wrap: (inner) => ({
      protocol: inner.protocol,
      secureInbound: (raw, options) => inner.secureInbound(raw, options),
      secureOutbound: async (raw, options) => {
        const secured = await inner.secureOutbound(raw, { ...options, skipStreamMuxerNegotiation: true })
        secured.connection.send(new Uint8Array(100_000).fill(255))
        return secured
      }
    })
  })

  await expect(dial(peer, node)).rejects.toThrow()

  expect(node.peers()).toEqual([])
  await staysHealthy(node)
})

test('a frame over the limit, and more than the window, each cost the stream', async () => {
  const node = await startLoopback()
  const failures: unknown[] = []
  node.handle(PROTOCOL, async (stream) => {
    await drain(stream.frames()).catch((error: unknown) => failures.push(error))
  })
  const connection = await dial(await admittedPeer(), node)

  const oversized = await connection.newStream(PROTOCOL)
  oversized.send(Uint8Array.of(0, 0x7f, 0xff, 0xff, 0xff))
  const unknown = await connection.newStream(PROTOCOL)
  unknown.send(Uint8Array.of(9, 0, 0, 0, 0))

  await expect.poll(() => failures).toMatchObject([{ code: 'STREAM_MALFORMED' }, { code: 'STREAM_MALFORMED' }])
  await expect.poll(() => node.counts()?.streams).toBe(0)
  await staysHealthy(node)
})

test('half a frame that is never finished costs the stream', async () => {
  const node = await startLoopback({ limits: { streamStalledMsMax: 200 } })
  const failures: unknown[] = []
  node.handle(PROTOCOL, async (stream) => {
    await drain(stream.frames()).catch((error: unknown) => failures.push(error))
  })
  const connection = await dial(await admittedPeer(), node)
  const stream = await connection.newStream(PROTOCOL)

  stream.send(encodePart({ kind: 'data', frame: new Uint8Array(1_000) }).subarray(0, 500))

  await expect.poll(() => failures).toMatchObject([{ code: 'TIMED_OUT' }])
  await staysHealthy(node)
})

test('of a thousand streams only as many live as a peer may have', async () => {
  const node = await startLoopback({ limits: { streamsPerPeerMax: 8 } })
  node.handle(PROTOCOL, async (stream) => {
    await drain(stream.frames())
  })
  const connection = await dial(await admittedPeer(), node)

  const opened = await Promise.allSettled(
    Array.from({ length: 1_000 }, () => connection.newStream(PROTOCOL, { maxOutboundStreams: 5_000 }))
  )
  const streams = opened.flatMap((each): Stream[] => (each.status === 'fulfilled' ? [each.value] : []))
  for (const stream of streams) if (stream.status === 'open') stream.send(encodePart({ kind: 'close' }))

  expect(node.counts()?.streams).toBeLessThanOrEqual(8)
  await staysHealthy(node)
})

/** Another member is still served at once. */
async function staysHealthy(node: Libp2pTransport): Promise<void> {
  const other = await startLoopback()
  node.handle('/echo/1', async (stream) => {
    for await (const frame of stream.frames()) await stream.send(frame)
  })
  await other.dial(node.addresses(), NEVER)
  const stream = await other.openStream(node.device, '/echo/1', NEVER)
  await stream.send(Uint8Array.of(42))
  await stream.close()

  expect(await drain(stream.frames())).toBe(1)
}

async function drain(frames: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0
  for await (const _ of frames) count += 1
  return count
}
