import { codeBlocks, inlineCode } from './markdown.ts'

const OWN_FOLDERS = /^(packages|test|scripts|docs|fixtures|bin|\.ci|\.github)\//
const PATTERN_OR_RESULT = /[<>{}*…$\s]|\/(?:dist|results)(?:\/|$)/

/** Files and folders of this repository that a page names in its text. Patterns and build results are left out. */
export function namedPaths(page: string): string[] {
  return inlineCode(page).filter((code) => OWN_FOLDERS.test(code) && !PATTERN_OR_RESULT.test(code))
}

/** Names of npm scripts that a page tells the reader to run. */
export function namedScripts(page: string): string[] {
  const commands = [...inlineCode(page), ...codeBlocks(page).map((block) => block.content)]
  return commands.flatMap((command) => [...command.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1]!))
}
