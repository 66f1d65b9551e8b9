import * as Y from 'yjs'
import { checkTextOrder } from '../../../src/validation/text-order.ts'
import { validateUpdate } from '../../../src/validation/validate-update.ts'
import { adasContext } from '../scene.ts'
import { ATTACKS, contextOf } from './attacks.ts'

/*
 * Runs in a process of its own, with a young generation so large that nothing is
 * collected while something is measured: what was in use afterwards and not
 * before is then all that was allocated. Prints one line of JSON.
 */

function allocatedBytes(work: () => void): number {
  // More than once: memory outside the heap is given back a little later.
  for (let times = 0; times < 3; times += 1) globalThis.gc?.()
  const before = inUse()
  try {
    work()
  } catch {
    // Refusing is what is measured here; that it happens is tested elsewhere.
  }
  return inUse() - before
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Refusing each attack. */
function measureValidation(): Record<string, number> {
  const measured: Record<string, number> = {}
  for (const attack of ATTACKS) {
    const payload = attack.payload()
    const document = adasContext()
    const context = contextOf(attack, document)
    measured[attack.name] = allocatedBytes(() => {
      const { structs } = validateUpdate(payload, context)
      checkTextOrder(document.items, structs, context.base)
    })
  }
  return measured
}

/** Giving one attack to Yjs. */
function measureYjs(name: string): number {
  const attack = ATTACKS.find((each) => each.name === name)
  if (attack === undefined || !('format' in attack.harm)) throw new TypeError(`No bomb is called ${name}`)
  const document = new Y.Doc({ guid: 'plain' })
  const apply = attack.harm.format === 'V1' ? Y.applyUpdate : Y.applyUpdateV2
  const payload = attack.payload()
  return allocatedBytes(() => apply(document, payload))
}

const bomb = process.argv[2]
process.stdout.write(JSON.stringify(bomb === undefined ? measureValidation() : measureYjs(bomb)))
