import { openNode } from '@hcfs/node'

/** Writes contexts while they are indexed, says so after each one, and goes on until it is killed. */
const [dir = '', firstText = '0'] = process.argv.slice(2)
const node = await openNode({ dir, limits: { indexStartPauseMs: 0, vectorSaveChangesMin: 8 } })
for (let number = Number(firstText); ; number += 1) {
  await node.contexts.put(`/n/${number}`, { body: `A note about topic${number}, written before the lights went out.` })
  process.stdout.write(`${number}\n`)
}
