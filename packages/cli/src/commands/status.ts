import type { ContextStatus, HorizonProposal, NodeStatus, SearchStatus, ToolUsageRow } from '@hcfs/core'
import type { Command } from 'commander'
import { agoText, bytesText, countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { networkRows, writeSpaces } from '../command-line/network-rows.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'
import { shortVersion } from '../command-line/version-names.ts'

/** Who wants all of them asks with --json. */
const AGENT_ROWS_MAX = 5

type Row = readonly [name: string, value: string]

const STATES: Readonly<Record<ContextStatus['state'], string>> = {
  shown: 'shown',
  removed: 'removed; hcfs undelete brings it back',
  expired: 'expired; hcfs undelete brings it back',
  moved: 'moved away; its history goes on where it is now'
}

const HORIZON_LIST: { columns: readonly Column<HorizonProposal>[]; empty: string } = {
  columns: [
    { title: 'SPACE', cell: ({ space }) => plainText(space) },
    { title: 'OLDER THAN', cell: ({ olderThan }) => olderThan },
    { title: 'COMMITS', align: 'right', cell: ({ commits }) => commits.toLocaleString('en-US') },
    { title: 'SIZE', align: 'right', cell: ({ bytes }) => bytesText(bytes) },
    { title: 'CHAINS', align: 'right', cell: ({ frontier }) => String(frontier.length) }
  ],
  empty: 'No retention is set, so all history is wanted; set one with: hcfs config set retention./ 90d'
}

export function addStatus(program: Command, runner: CommandRunner): void {
  program
    .command('status')
    .summary('what the running node holds, and whether its replicas have caught up')
    .description(
      'Shows the node that runs in the data directory, or what it holds of one context, also of one that was removed; and whether the other replicas hold the same, or what keeps them. Exits with 5 when no node runs.'
    )
    .argument('[path]', 'a context')
    .option('--horizon', 'where history could be cut by the retention that is set; reads the whole log')
    .addHelpText(
      'after',
      examples(
        ['hcfs status', 'the node'],
        ['hcfs status /notes/today', 'one context: its version, who wrote it, how long its history is'],
        ['hcfs status --json', 'for programs']
      )
    )
    .action((path: string | undefined, { horizon }: { horizon?: boolean }, command: Command) =>
      runner.withNode(command, async (node, { out, signal, directory }) => {
        if (horizon === true) return await out.list(node.proposedHorizons({ signal }), HORIZON_LIST)
        const [status, network, tools] = await Promise.all([
          path === undefined ? node.status({ signal }) : node.contexts.status(path, { signal }),
          node.network.status(path, { signal }),
          path === undefined ? node.toolUsage({ signal }) : []
        ])
        if (out.isJson) {
          return await out.json({ ...status, replication: network, ...(path === undefined && { tools }) })
        }
        const rows =
          'node' in status
            ? [...nodeRows(status, out, directory.path), ...networkRows(network), ...toolRows(tools)]
            : contextRows(status, out)
        const width = Math.max(...rows.map(([name]) => name.length))
        for (const [name, value] of rows) await out.line(`${out.paint('dim', name.padEnd(width))}  ${value}`)
        await writeSpaces(out, network.spaces)
      })
    )
}

function nodeRows(status: NodeStatus, { nowMs }: Output, directory: string): Row[] {
  return [
    ['node', `${plainText(status.name)} (${status.node})`],
    ['network', status.network],
    ['directory', status.directory ?? directory],
    ['running since', `${agoText(status.startedAt, nowMs)}, version ${status.version}`],
    ['durability', status.durability],
    ['contexts', `${countText(status.contexts, 'context')}, ${status.trashed.toLocaleString('en-US')} removed`],
    ['history', countText(status.commits, 'commit')],
    ['on disk', bytesText(status.storeBytes)],
    ...effectiveRows(status),
    ...searchRows(status.search)
  ]
}

/** Nothing to say before anybody has asked. */
function effectiveRows({ effectiveCache }: NodeStatus): Row[] {
  if (effectiveCache === undefined) return []
  const { hits, misses, bytes, bytesMax } = effectiveCache
  const asked = hits + misses
  if (asked === 0) return []
  return [
    ['resolved', `${Math.floor((100 * hits) / asked)} % from ${bytesText(bytes)} of at most ${bytesText(bytesMax)}`]
  ]
}

/** The agents that called tools, the busiest first. */
function toolRows(tools: readonly ToolUsageRow[]): Row[] {
  const agents = new Map<string, { calls: number; failed: number }>()
  for (const { agent, ok, failed } of tools) {
    const known = agents.get(agent) ?? { calls: 0, failed: 0 }
    agents.set(agent, { calls: known.calls + ok + failed, failed: known.failed + failed })
  }
  return [...agents]
    .sort(([, a], [, b]) => b.calls - a.calls)
    .slice(0, AGENT_ROWS_MAX)
    .map(([agent, { calls, failed }]) => [
      'tools',
      `${countText(calls, 'call')} by ${plainText(agent)}${failed === 0 ? '' : `, ${failed} failed`}`
    ])
}

function searchRows(search: SearchStatus | undefined): Row[] {
  if (search === undefined) return [['search', 'off']]
  const { state, behind, vectors, skipped, failure } = search
  const lag = behind === 0 ? 'up to date' : `${countText(behind, 'commit')} behind`
  return [
    ['search', state === 'following' ? lag : `${state}, ${lag}`],
    ['vectors', vectors === undefined ? 'none' : vectorsText(vectors)],
    ...(skipped === undefined ? [] : [['not indexed', countText(skipped, 'context')] as const]),
    ...(failure === undefined ? [] : [['problem', plainText(failure)] as const])
  ]
}

function vectorsText({ embedder, isSettled, chunks, embedded }: NonNullable<SearchStatus['vectors']>): string {
  const done = isSettled || chunks === undefined || embedded === undefined ? '' : `, ${embedded} of ${chunks} chunks`
  return `${plainText(embedder)}${done}${isSettled ? '' : ', being made'}`
}

function contextRows(status: ContextStatus, { nowMs, paint }: Output): Row[] {
  const { author, by, heads, history, checkpoint } = status
  const others = heads.length - 1
  return [
    ['context', paint('bold', plainText(status.path))],
    ['state', STATES[status.state]],
    ['version', `${paint('cyan', shortVersion(status.version))}${others > 0 ? `, ${heads.length} heads` : ''}`],
    ['written', `${agoText(status.updatedAt, nowMs)} by ${plainText(by?.agent ?? author.slice(0, 12))}`],
    ['body', bytesText(status.bodyBytes)],
    ['history', `${countText(history.entries, 'change')}, ${bytesText(history.bytes)}`],
    [
      'checkpoint',
      checkpoint === undefined
        ? 'none yet'
        : `${bytesText(checkpoint.stateBytes)}, ${countText(checkpoint.entriesSince, 'change')} since`
    ]
  ]
}
