import * as Y from 'yjs'
import { Renewed } from './renewed.ts'
import {
  changePlain,
  createContext,
  createPlain,
  emptyContext,
  emptyPlain,
  nextOrigin,
  readPlain,
  sampleBody
} from './sample-context.ts'
import type { BenchmarkRow, Suite } from './suite.ts'

const EDITS_PER_DOCUMENT = 200

/** One context as a document; the floor is plain Yjs with the same text, fields and tags. */
export const documentSuite: Suite = {
  name: 'document',
  unit: 'body bytes',
  sizes: [1_024, 16_384],
  open: (size) => {
    const body = sampleBody(size)
    return { rows: [createRow(body), encodeRow(body), applyRow(body), ...editRows(body)] }
  }
}

function createRow(body: string): BenchmarkRow {
  return {
    name: 'create',
    run: () => createContext(body).edit,
    floor: { name: 'create in plain Yjs', run: () => Y.encodeStateAsUpdate(createPlain(body)) }
  }
}

function encodeRow(body: string): BenchmarkRow {
  const { document } = createContext(body)
  const plain = createPlain(body)
  return {
    name: 'encode as V2',
    run: () => document.encodeState('v2'),
    floor: { name: 'encode plain Yjs as V2', run: () => Y.encodeStateAsUpdateV2(plain) }
  }
}

function applyRow(body: string): BenchmarkRow {
  const { payload } = createContext(body).edit
  const plainUpdate = Y.encodeStateAsUpdate(createPlain(body))
  return {
    name: 'apply and read',
    run: () => {
      const document = emptyContext()
      document.apply(payload)
      return document.content
    },
    floor: {
      name: 'apply to plain Yjs and read',
      run: () => {
        const document = emptyPlain()
        Y.applyUpdate(document, plainUpdate)
        return readPlain(document)
      }
    }
  }
}

function editRows(body: string): BenchmarkRow[] {
  const contexts = new Renewed(() => createContext(body).document, EDITS_PER_DOCUMENT)
  const plains = new Renewed(() => createPlain(body), EDITS_PER_DOCUMENT)
  const middle = Math.floor(body.length / 2)
  let count = 0
  const nextValue = (): string => {
    count += 1
    return `value ${count}`
  }
  return [
    {
      name: 'set a field',
      run: () => contexts.next().edit([{ kind: 'field.set', keys: ['status'], value: nextValue() }], nextOrigin()),
      floor: {
        name: 'set it in plain Yjs',
        run: () => changePlain(plains.next(), (document) => document.getMap('fields').set('status', nextValue()))
      }
    },
    {
      name: 'insert a word into the body',
      run: () => contexts.next().edit([{ kind: 'body.insert', at: middle, text: 'word ' }], nextOrigin()),
      floor: {
        name: 'insert it in plain Yjs',
        run: () => changePlain(plains.next(), (document) => document.getText('body').insert(middle, 'word '))
      }
    }
  ]
}
