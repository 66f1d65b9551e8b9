import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TraceReplay } from './replay.ts'
import { readTrace } from './trace.ts'

const repository = join(import.meta.dirname, '../../../..')
const shipped = join(repository, 'fixtures/traces')
/** Recorded sessions that are not ours to ship. */
const recorded = join(process.env['HCFS_EVAL'] ?? join(repository, '../shared/eval'), 'traces')

function expectReplays(file: string): void {
  const trace = readTrace(file)
  const replay = new TraceReplay(trace)
  replay.run()
  for (const document of replay.documents) {
    expect(document.content.body === trace.endContent).toBe(true)
    expect(document.hasPending).toBe(false)
  }
}

test.each(['notes.jsonl', 'two-agents.jsonl'])('every replica of the shipped trace %s ends with its text', (name) => {
  expectReplays(join(shipped, name))
})

for (const name of ['sveltecomponent.jsonl', 'friendsforever.jsonl']) {
  const file = join(recorded, name)
  const title = `every replica of the recorded trace ${name} ends with its text`
  test(title, { timeout: 120_000 }, (context) => {
    if (!existsSync(file)) context.skip(`there is no ${name}: set HCFS_EVAL to the folder of the evaluation data`)
    expectReplays(file)
  })
}
