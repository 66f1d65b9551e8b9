const HEADING_LEVELS = 6
/** A heading says where a hit stands; a longer one is cut. */
const HEADING_UNITS_MAX = 120
/** What inline markup leaves when only its text is wanted. */
const LINK = /!?\[([^\]]*)\]\([^)]*\)/g
const MARKS = /[*`]+/g

/** The headings around the place that is being read, outermost first. */
export class HeadingTrail {
  readonly #texts: (string | undefined)[] = Array.from({ length: HEADING_LEVELS })
  #names: readonly string[] = []

  get names(): readonly string[] {
    return this.#names
  }

  enter(level: number, text: string): void {
    this.#texts[level - 1] = plainName(text)
    this.#texts.fill(undefined, level)
    this.#names = this.#texts.filter((each) => each !== undefined && each !== '').map(String)
  }
}

/** A heading or the name of a declaration as one short line. */
export function plainName(text: string): string {
  const line = text
    .slice(0, 4 * HEADING_UNITS_MAX)
    .replace(LINK, '$1')
    .replace(MARKS, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length <= HEADING_UNITS_MAX ? line : `${line.slice(0, HEADING_UNITS_MAX - 1).toWellFormed()}…`
}
