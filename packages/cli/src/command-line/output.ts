import { once } from 'node:events'
import type { Paint } from './colours.ts'
import { paintFor } from './colours.ts'
import type { Environment, TerminalStream } from './environment.ts'
import type { Column } from './table.ts'
import { tableLines } from './table.ts'

export interface OutputOptions {
  /** For programs: results as JSON, one line each. */
  readonly isJson: boolean
  readonly isColourWanted: boolean
}

/** Results go to standard output; everything else goes to standard error. */
export class Output {
  readonly isJson: boolean
  /** Colours for results. */
  readonly paint: Paint
  /** Colours for everything else. */
  readonly paintNotes: Paint
  readonly #environment: Pick<Environment, 'stdout' | 'stderr' | 'clock'>

  constructor(
    environment: Pick<Environment, 'stdout' | 'stderr' | 'clock' | 'variables'>,
    { isJson, isColourWanted }: OutputOptions
  ) {
    const wishes = { isWanted: isColourWanted, noColor: environment.variables['NO_COLOR'] }
    this.isJson = isJson
    this.#environment = environment
    this.paint = paintFor(environment.stdout, wishes)
    this.paintNotes = paintFor(environment.stderr, wishes)
  }

  /** For relative times. */
  get nowMs(): number {
    return this.#environment.clock.now()
  }

  get columns(): number {
    return this.#environment.stdout.columns ?? Number.POSITIVE_INFINITY
  }

  /** Exactly this text. Waits for a reader that is slower than we are. */
  async text(text: string): Promise<void> {
    const { stdout } = this.#environment
    if (!stdout.write(text)) await drained(stdout)
  }

  async line(text: string): Promise<void> {
    await this.text(`${text}\n`)
  }

  async json(value: unknown): Promise<void> {
    await this.line(JSON.stringify(value))
  }

  async table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> {
    for (const line of tableLines(rows, columns, this.paint)) await this.line(line)
  }

  /** A list: one JSON text a line as items come, or one table of them all for people. */
  async list<Item>(
    items: AsyncIterable<Item>,
    { columns, empty }: { columns: readonly Column<Item>[]; empty: string }
  ): Promise<void> {
    if (this.isJson) {
      for await (const item of items) await this.json(item)
      return
    }
    const rows: Item[] = []
    for await (const item of items) rows.push(item)
    if (rows.length === 0) this.note(empty)
    else await this.table(rows, columns)
  }

  /** Something for people beside the result. */
  note(text: string): void {
    if (!this.isJson) this.#environment.stderr.write(`${text}\n`)
  }

  /** Something that people and programs must not miss. */
  warn(text: string): void {
    this.#environment.stderr.write(`${this.paintNotes('yellow', 'warning:')} ${text}\n`)
  }
}

async function drained(stream: TerminalStream): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return
  await once(stream, 'drain')
}
