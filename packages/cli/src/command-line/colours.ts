import { styleText } from 'node:util'
import type { TerminalStream } from './environment.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Paints text, or leaves it as it is where nobody would see the colour. */
export type Paint = (style: Style, text: string) => string

export interface ColourWishes {
  /** False for `--no-color`. */
  readonly isWanted: boolean
  /** https://no-color.org: any value but the empty one. */
  readonly noColor: string | undefined
}

export function paintFor(stream: TerminalStream, { isWanted, noColor }: ColourWishes): Paint {
  const isOn = isWanted && stream.isTTY === true && (noColor ?? '') === ''
  return isOn ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}
