/** Where a word begins so, the reader of a CLAUDE.md may take it for the name of a file to read. */
const IMPORT = /(^|[^\w\\])@(?=\S)/gm

/**
 * The text of contexts for a CLAUDE.md, where no `@name` imports a file. Contexts come from other
 * machines, and none of them should reach into the files of this one. Code is not left out: whoever
 * wants to could make a text that one reader takes for code, and another does not.
 */
export function withoutImports(text: string): string {
  return text.replaceAll(IMPORT, '$1\\@')
}
