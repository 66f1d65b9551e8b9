import type { Logger } from './logger.ts'

/** For embedders that did not pass a logger: a library stays quiet. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger
}
