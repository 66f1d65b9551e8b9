/// <reference lib="dom" />
import { connectLive } from '@hcfs/sdk'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const CHANGES_SHOWN_MAX = 50

/** `?node=http://127.0.0.1:7070&path=/notes/today#KEY`: what stands behind `#` is sent to nobody. */
const place = new URL(location.href)
const node = place.searchParams.get('node') ?? 'http://127.0.0.1:7070'
const path = place.searchParams.get('path') ?? '/notes/today'
const key = decodeURIComponent(place.hash.slice(1))

const live = connectLive({ url: node, ...(key !== '' && { key }) })
await Promise.all([edit(), listChanges()])

async function edit(): Promise<void> {
  const doc = new Y.Doc()
  const params = { ticket: await live.ticket() }
  const provider = new WebsocketProvider(`${node.replace(/^http/, 'ws')}/v1/yjs`, path.slice(1), doc, { params })
  const status = element('status')
  provider.on('status', async ({ status: now }: { status: string }) => {
    status.textContent = now
    // A ticket opens one connection.
    if (now === 'disconnected') provider.params = { ticket: await live.ticket() }
  })
  provider.on('sync', (isSynced: boolean) => {
    if (isSynced) status.textContent = 'in step'
  })
  provider.on('closed', ({ reason }: { reason: string }) => {
    status.textContent = `closed: ${reason}`
  })
  bind(doc.getText('body'), element('body') as HTMLTextAreaElement)
}

/** Keeps a text area and a shared text equal, and the caret where it was in the text. */
function bind(text: Y.Text, area: HTMLTextAreaElement): void {
  area.addEventListener('input', () => {
    const [before, after] = [text.toString(), area.value]
    let start = 0
    while (start < before.length && start < after.length && before[start] === after[start]) start += 1
    let end = 0
    const endMax = Math.min(before.length, after.length) - start
    while (end < endMax && before.at(-1 - end) === after.at(-1 - end)) end += 1
    text.doc?.transact(() => {
      text.delete(start, before.length - start - end)
      text.insert(start, after.slice(start, after.length - end))
    }, area)
  })
  text.observe(({ delta, transaction }) => {
    if (transaction.origin === area) return
    let [caret, at] = [area.selectionStart, 0]
    for (const { retain = 0, insert, delete: gone = 0 } of delta) {
      at += retain
      const length = typeof insert === 'string' ? insert.length : 0
      if (at < caret) caret += length - Math.min(gone, caret - at)
      at += length
    }
    area.value = text.toString()
    area.setSelectionRange(caret, caret)
  })
}

async function listChanges(): Promise<void> {
  const list = element('changes')
  for await (const change of live.watch(path)) {
    const item = document.createElement('li')
    item.textContent = `${change.time.slice(11, 19)} ${change.by?.agent ?? 'somebody'}: ${change.kind} ${change.path}`
    list.prepend(item)
    if (list.childElementCount > CHANGES_SHOWN_MAX) list.lastElementChild?.remove()
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no #${id}`)
  return found
}
