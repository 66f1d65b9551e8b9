import { describe, test } from 'vitest'
import { nodeForFile } from '../cli/hcfs-process.ts'
import { hammerContexts, hammerFiles, hammerTheGraph } from './lost-writes.ts'
import { startMcp } from './mcp-processes.ts'

const PROCESSES = 8
const CALLS = 1_000

/*
 * The server that most clients use for this loses writes as soon as two of its
 * processes run. Eight of ours write at once, and everything is counted afterwards.
 */
describe('eight processes of hcfs mcp on one node', () => {
  const place = nodeForFile()
  const processes = () =>
    Promise.all(
      Array.from({ length: PROCESSES }, (_, number) =>
        startMcp(place.directory, { name: `agent-${number}`, flags: ['--profile', 'all'] })
      )
    )

  test('lose, double and corrupt nothing, whichever tool changes something', async () => {
    const agents = await processes()
    await hammerTheGraph(agents, CALLS)
    await hammerContexts(agents, CALLS)
    await hammerFiles(agents, CALLS)
  })
})
