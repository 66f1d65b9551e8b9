/** What could move the cursor, turn a line around or hide in it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Text of others as one harmless line of a terminal. */
export function plainText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n' || character === '\t') return ' '
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}

/** At most so many characters, the last one `…` when something is missing. */
export function shortened(text: string, charactersMax: number): string {
  const characters = Array.from(text)
  if (characters.length <= charactersMax) return text
  return `${characters.slice(0, charactersMax - 1).join('')}…`
}
