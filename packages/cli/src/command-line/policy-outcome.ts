import type { PolicyOutcome } from '@hcfs/core'
import type { Output } from './output.ts'

/** Says whether a change of the policy holds now, or waits for the owner's node. */
export async function writePolicyOutcome(out: Output, outcome: PolicyOutcome, done: string): Promise<void> {
  if (out.isJson) await out.json(outcome)
  else if (outcome.state === 'signed') await out.line(`${done} (policy epoch ${outcome.epoch})`)
  else if (outcome.state === 'suspended')
    await out.line(`${done} until ${new Date(outcome.untilMs).toISOString()}, unless the owner decides otherwise`)
  else await out.line("asked for: the owner's node signs it when it is reached; hcfs status shows whether it is")
}
