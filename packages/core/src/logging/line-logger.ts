import type { Clock } from '../time/clock.ts'
import type { LogFields, Logger, LogLevel } from './logger.ts'
import { plainLogValue } from './plain-log-value.ts'

export interface LineLoggerComponents {
  clock: Pick<Clock, 'now'>
  /** Takes one finished line without its line end. */
  write: (line: string) => void
}

export interface LineLoggerOptions {
  /**
   * The least important level that is written.
   *
   * @default 'info'
   */
  level?: LogLevel
}

const LEVELS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Writes one JSON object a line. What stands in the fields never makes it throw. */
export class LineLogger implements Logger {
  readonly #components: LineLoggerComponents
  readonly #level: LogLevel
  readonly #name: string

  constructor(components: LineLoggerComponents, options: LineLoggerOptions = {}, name = '') {
    this.#components = components
    this.#level = options.level ?? 'info'
    this.#name = name
  }

  debug(event: string, fields?: LogFields): void {
    this.#log('debug', event, fields)
  }

  info(event: string, fields?: LogFields): void {
    this.#log('info', event, fields)
  }

  warn(event: string, fields?: LogFields): void {
    this.#log('warn', event, fields)
  }

  error(event: string, fields?: LogFields): void {
    this.#log('error', event, fields)
  }

  child(component: string): Logger {
    const name = this.#name === '' ? component : `${this.#name}/${component}`
    return new LineLogger(this.#components, { level: this.#level }, name)
  }

  #log(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (LEVELS[level] < LEVELS[this.#level]) return
    const time = new Date(this.#components.clock.now()).toISOString()
    const head = { time, level, event, ...(this.#name === '' ? {} : { component: this.#name }) }
    // The head twice: it comes first in the line, and no field may pass itself off as it.
    this.#components.write(JSON.stringify({ ...head, ...plainFields(fields), ...head }))
  }
}

function plainFields(fields: LogFields): object {
  const plain = plainLogValue(fields)
  return typeof plain === 'object' && plain !== null ? plain : { fields: plain }
}
