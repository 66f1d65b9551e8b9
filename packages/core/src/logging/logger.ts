export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Identifiers and numbers that explain an event. Never document contents, never secrets. */
export type LogFields = Readonly<Record<string, unknown>>

/** Events are named in kebab-case (`reconcile-failed`); a reader searches for them by name. */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A logger whose lines also carry the component's name, after those of its parents. */
  child(component: string): Logger
}
