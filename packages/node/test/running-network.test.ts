import { silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import { RunningNetwork } from '../src/running-network.ts'

interface Given {
  readonly isWanted?: boolean
  readonly failures?: number
}

function newNetwork({ isWanted = false, failures = 0 }: Given = {}) {
  const events: string[] = []
  let left = failures
  const network = new RunningNetwork({
    members: [
      {
        start: async () => {
          left -= 1
          if (left >= 0) throw new Error('the port is taken')
          events.push('up')
        },
        stop: async () => void events.push('down')
      }
    ],
    isWanted: async () => isWanted,
    onUp: async () => void events.push('settled'),
    log: silentLogger
  })
  return { network, events }
}

test('a network that nobody wants stays down with its node', async () => {
  const { network, events } = newNetwork()
  await network.start()
  await network.stop()
  expect(events).toEqual([])
})

test('one that is wanted comes up beside the node, once for all who ask', async () => {
  const { network, events } = newNetwork({ isWanted: true })
  await network.start()
  await Promise.all([network.up(), network.up()])
  expect(events).toEqual(['up', 'settled'])
  await network.stop()
  expect(events.at(-1)).toBe('down')
})

test('whoever asks is told why it is not up, and may ask again', async () => {
  const { network, events } = newNetwork({ failures: 1 })
  await network.start()
  await expect(network.up()).rejects.toThrow('the port is taken')
  await network.up()
  expect(events.filter((event) => event !== 'down')).toEqual(['up', 'settled'])
  await network.stop()
})

test('it does not come up after the node was closed', async () => {
  const { network, events } = newNetwork()
  await network.start()
  await network.stop()
  await expect(network.up()).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  expect(events).toEqual([])
})
