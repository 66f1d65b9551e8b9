/** An event of a stream of `text/event-stream`. Comments and pauses are left out. */
export interface ServerSentEvent {
  readonly name: string
  /** Absent where only an id is told, to go on from. */
  readonly data?: string
  readonly id?: string
}

export async function* serverSentEvents(lines: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let event: { name: string; data?: string; id?: string } = { name: 'message' }
  for await (const line of lines) {
    if (line.startsWith('event: ')) event.name = line.slice('event: '.length)
    else if (line.startsWith('data: ')) event.data = line.slice('data: '.length)
    else if (line.startsWith('id: ')) event.id = line.slice('id: '.length)
    if (line !== '') continue
    if (event.data !== undefined || event.id !== undefined) yield event
    event = { name: 'message' }
  }
}
