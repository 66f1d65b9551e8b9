import type { Clock } from '../time/clock.ts'
import type { LogFields, Logger, LogLevel } from './logger.ts'

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

/** Writes one JSON object a line. */
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
    const component = this.#name === '' ? {} : { component: this.#name }
    this.#components.write(JSON.stringify({ time, level, event, ...component, ...fields }, plainValue))
  }
}

/** `JSON.stringify` writes errors as `{}` and throws at bigints; a log line must do neither. */
function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const code = 'code' in value ? { code: value.code } : {}
  return { name: value.name, message: value.message, ...code, cause: value.cause }
}
