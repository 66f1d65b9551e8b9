import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { BridgeDocument } from '../../src/bridge/bridge-document.ts'

const ID = 2 ** 40

type Step =
  | { readonly kind: 'type'; readonly editor: number; readonly at: number; readonly text: string }
  | { readonly kind: 'erase'; readonly editor: number; readonly at: number }
  | { readonly kind: 'agent'; readonly text: string }
  | { readonly kind: 'settle' }

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é', '😀'), minLength: 1, maxLength: 6 })
const editor = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('type' as const), editor, at: fc.nat(), text }),
  fc.record({ kind: fc.constant('erase' as const), editor, at: fc.nat() }),
  fc.record({ kind: fc.constant('agent' as const), text }),
  fc.record({ kind: fc.constant('settle' as const) })
)

/** The context as plain text, the bridge, and editors that hear of everything at once. */
class Desk {
  context = ''
  readonly bridge = BridgeDocument.begin(ID)
  readonly editors = [1, 2, 3].map((client) => {
    const doc = new Y.Doc()
    doc.clientID = client
    Y.applyUpdate(doc, this.bridge.missingSince(Y.encodeStateVector(doc)))
    return doc
  })
  #pending: Uint8Array[] = []

  edit(index: number, change: (body: Y.Text) => void): void {
    const doc = this.editors[index]!
    const before = Y.encodeStateVector(doc)
    doc.transact(() => change(doc.getText('body')))
    const outcome = this.bridge.receive(Y.encodeStateAsUpdate(doc, before))
    if (outcome.kind !== 'applied') return
    this.#pending.push(outcome.news)
    this.#tell(outcome.news)
  }

  settle(): void {
    const crossed = this.bridge.cross(this.context)
    const settled = this.bridge.settle(this.#pending)
    this.#pending = []
    for (const operation of settled?.operations ?? []) {
      const { context } = this
      if (operation.kind === 'body.insert') {
        this.context = context.slice(0, operation.at) + operation.text + context.slice(operation.at)
      } else if (operation.kind === 'body.delete') {
        this.context = context.slice(0, operation.at) + context.slice(operation.at + operation.length)
      }
    }
    if (crossed === undefined) return
    this.bridge.show(crossed)
    this.#tell(crossed)
  }

  #tell(update: Uint8Array): void {
    for (const doc of this.editors) Y.applyUpdate(doc, update)
  }
}

/** Never inside a surrogate pair. */
function placeIn(body: Y.Text, at: number): number {
  const units = [...body.toString()]
  return units.slice(0, at % (units.length + 1)).join('').length
}

function run(desk: Desk, each: Step): void {
  if (each.kind === 'settle') desk.settle()
  else if (each.kind === 'agent') desk.context = `${desk.context.slice(0, -1)}${each.text}`.toWellFormed()
  else if (each.kind === 'type') desk.edit(each.editor, (body) => body.insert(placeIn(body, each.at), each.text))
  else {
    desk.edit(each.editor, (body) => {
      const at = placeIn(body, each.at)
      const [first] = [...body.toString().slice(at)]
      if (first !== undefined) body.delete(at, first.length)
    })
  }
}

test('after every settling the context, the bridge and the editors have one text', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const desk = new Desk()
      for (const each of steps) {
        run(desk, each)
        if (each.kind === 'settle') expect(desk.bridge.text).toBe(desk.context)
      }
      desk.settle()
      const texts = desk.editors.map((doc) => doc.getText('body').toString())
      expect([desk.bridge.text, ...texts]).toEqual(Array(4).fill(desk.context))
    })
  )
})

test('a bridge that is loaded again knows the editors it has fed, and another one does not', () => {
  const bridge = BridgeDocument.begin(ID)
  const state = Y.encodeStateVectorFromUpdate(bridge.missingSince(Uint8Array.of(0)))
  const again = BridgeDocument.load(ID + 1, [bridge.encodeState()])
  expect(Y.decodeUpdate(again.missingSince(state)).structs).toEqual([])
  expect(() => BridgeDocument.begin(ID + 2).missingSince(state)).toThrow(
    expect.objectContaining({ code: 'BRIDGE_FOREIGN' })
  )
})

test('an update that builds upon what is not here is a gap, and leaves nothing behind', () => {
  const bridge = BridgeDocument.begin(ID)
  const doc = new Y.Doc()
  doc.clientID = 7
  const before = bridge.stateVector()
  doc.getText('body').insert(0, 'first')
  const first = Y.encodeStateVector(doc)
  doc.getText('body').insert(5, ' second')
  expect(bridge.receive(Y.encodeStateAsUpdate(doc, first))).toEqual({ kind: 'gap' })
  expect(bridge.stateVector()).toEqual(before)
  expect(bridge.receive(Y.encodeStateAsUpdate(doc)).kind).toBe('applied')
})

test('whatever bytes an editor sends, the bridge refuses or stays whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const bridge = BridgeDocument.begin(ID)
      try {
        bridge.receive(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^UPDATE_|^BRIDGE_/) })
      }
      expect(bridge.cross('after')).toBeDefined()
    })
  )
})
