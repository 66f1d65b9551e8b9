// The nodes of a cluster as a table.

const COLUMNS = [
  ['NODE', (node) => node.name],
  ['STATE', (node) => node.state],
  ['CONTEXTS', (node) => count(node.status?.contexts)],
  ['COMMITS', (node) => count(node.status?.commits)],
  ['PEERS', (node) => count(node.status?.replication?.peers)],
  ['PROCESS', (node) => (node.isRunning ? String(node.pid) : '')],
  ['LOG', (node) => node.logFile]
]

export function tableOf(nodes) {
  const rows = [COLUMNS.map(([title]) => title), ...nodes.map((node) => COLUMNS.map(([, cell]) => cell(node)))]
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index].length)))
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]))
      .join('  ')
      .trimEnd()
  )
}

function count(value) {
  return value === undefined ? '' : value.toLocaleString('en-US')
}
