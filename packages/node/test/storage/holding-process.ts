import { SystemClock, silentLogger } from '@hcfs/core'
import { DataDirectory } from '../../src/storage/data-directory.ts'

/** A process that opens the data directory it is given, says `open`, and holds it until its input ends. */
const [, , path = ''] = process.argv
const components = { clock: new SystemClock(), log: silentLogger, machineId: async () => 'machine' }
const directory = await DataDirectory.open(path, components)
for (let row = 0; row < 50; row += 1) {
  await directory.store.batch([{ type: 'put', key: `row ${row}`, value: 'x'.repeat(500) }], { sync: true })
}
process.stdout.write('open\n')
for await (const _ of process.stdin);
await directory.close()
