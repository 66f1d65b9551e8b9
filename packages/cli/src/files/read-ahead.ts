/**
 * The same items, one ahead: while the caller works on one, the next is made. Never
 * further, so what waits is one item. An item that fails does so in its turn.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (let coming = iterator.next(); ; ) {
      const item = await coming
      if (item.done === true) return
      coming = iterator.next()
      // It is told when its turn comes; until then nobody listens.
      coming.catch(() => {})
      yield item.value
    }
  } finally {
    await iterator.return?.()
  }
}
