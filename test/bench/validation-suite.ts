import { applyValidated } from '../../packages/crdt/src/validation/apply-validated.ts'
import { createContext, emptyContext, entryContext, nextOrigin, sampleBody } from './sample-context.ts'
import type { BenchmarkRow, Suite } from './suite.ts'

/** What it costs not to believe the bytes of others; the floor applies them without looking. */
export const validationSuite: Suite = {
  name: 'validation',
  unit: 'body bytes',
  sizes: [1_024, 16_384],
  open: (size) => ({ rows: [firstVersionRow(sampleBody(size)), laterEditRow(sampleBody(size))] })
}

function firstVersionRow(body: string): BenchmarkRow {
  const { edit, hlc } = createContext(body)
  const context = entryContext(edit, emptyContext(), hlc)
  return {
    name: 'apply a first version, validated',
    run: () => applyValidated(emptyContext(), edit.payload, context),
    floor: { name: 'apply it', run: () => emptyContext().apply(edit.payload) }
  }
}

/** Applied to a copy each time: applying the same update twice would find nothing to do. */
function laterEditRow(body: string): BenchmarkRow {
  const { document } = createContext(body)
  const before = document.copy()
  const origin = nextOrigin()
  const edit = document.edit([{ kind: 'field.set', keys: ['status'], value: 'moved' }], origin)
  if (edit === undefined) throw new Error('the sample edit changed nothing')
  const context = entryContext(edit, before, origin.hlc)
  return {
    name: 'copy, apply one field, validated',
    run: () => applyValidated(before.copy(), edit.payload, context),
    floor: { name: 'copy, apply it', run: () => before.copy().apply(edit.payload) }
  }
}
