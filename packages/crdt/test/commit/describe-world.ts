import type { CommitId } from '@hcfs/core'
import type { World } from './judgment-world.ts'
import { NOW } from './judgment-world.ts'
import { ada } from './sample-commits.ts'

/** One line for each commit, so that a counterexample can be read. */
export function describeWorld({ commits, ends, ...world }: World): string {
  const numberOf = (id: CommitId | undefined): string =>
    id === undefined ? '-' : `#${commits.findIndex((commit) => commit.id === id)}`
  const lines = commits.map(({ id, header, entries }) => {
    const author = header.author === ada.deviceId ? 'ada' : 'bob'
    const place = `${author}/${header.incarnation} in ${header.space}, seq ${header.seq} after ${numberOf(header.prev)}`
    const written = entries.map(({ path, deps }) => `${path} on [${deps.map(numberOf)}]`)
    const fate = world.exposed.has(id) ? 'exposed' : world.lost.has(id) ? 'lost' : ''
    return `${numberOf(id)} ${place}, epoch ${header.epoch}, ${header.hlc - NOW}: ${written.join(', ')} ${fate}`
  })
  const endLines = ends.map(
    ([key, end]) => `${key.replace(/[0-9a-f]{60}/g, '')} ends at ${end.seq} ${numberOf(end.id)}`
  )
  return ['', ...lines, ...endLines].join('\n')
}
