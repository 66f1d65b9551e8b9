/** An event of a stream of `text/event-stream`. Comments, ids and pauses are left out: an event's data names its position. */
export interface ServerSentEvent {
  readonly name: string
  readonly data: string
}

export async function* serverSentEvents(lines: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let name = 'message'
  let data: string | undefined
  for await (const line of lines) {
    if (line.startsWith('event: ')) name = line.slice('event: '.length)
    else if (line.startsWith('data: ')) data = line.slice('data: '.length)
    if (line !== '') continue
    if (data !== undefined) yield { name, data }
    name = 'message'
    data = undefined
  }
}
