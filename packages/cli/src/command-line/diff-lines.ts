import type { ContentDiff, DiffLine, JsonValue, LinesHunk, Link, SetChange, ValueChange } from '@hcfs/core'
import type { Paint } from './colours.ts'
import { plainText } from './plain-text.ts'

/** A difference as people read it: unified text first, then one line for each other change. */
export function diffLines({ body, fields, meta, tags, links }: ContentDiff, paint: Paint): string[] {
  return [
    ...body.flatMap((hunk) => hunkLines(hunk, paint)),
    ...fields.flatMap((change) => valueLines('field', change, paint)),
    ...meta.flatMap((change) => valueLines('meta', change, paint)),
    ...setLines('tag', tags, paint),
    ...setLines('link', { added: linkTexts(links.added), removed: linkTexts(links.removed) }, paint)
  ]
}

function hunkLines({ beforeStart, beforeCount, afterStart, afterCount, lines }: LinesHunk, paint: Paint): string[] {
  const heading = `@@ -${beforeStart},${beforeCount} +${afterStart},${afterCount} @@`
  return [paint('cyan', heading), ...lines.flatMap((line) => textLines(line, paint))]
}

function textLines({ kind, text }: DiffLine, paint: Paint): string[] {
  const shown = plainText(text.endsWith('\n') ? text.slice(0, -1) : text)
  const missingEnd = text.endsWith('\n') ? [] : [paint('dim', '\\ No newline at end of text')]
  if (kind === 'same') return [` ${shown}`, ...missingEnd]
  return [kind === 'added' ? paint('green', `+${shown}`) : paint('red', `-${shown}`), ...missingEnd]
}

function valueLines(what: string, { pointer, before, after }: ValueChange, paint: Paint): string[] {
  const name = `${what} ${plainText(pointer)}`
  return [
    ...(before === undefined ? [] : [paint('red', `- ${name} = ${valueText(before)}`)]),
    ...(after === undefined ? [] : [paint('green', `+ ${name} = ${valueText(after)}`)])
  ]
}

function setLines(what: string, { added, removed }: SetChange<string>, paint: Paint): string[] {
  return [
    ...removed.map((name) => paint('red', `- ${what} ${plainText(name)}`)),
    ...added.map((name) => paint('green', `+ ${what} ${plainText(name)}`))
  ]
}

function valueText(value: JsonValue): string {
  return plainText(JSON.stringify(value))
}

function linkTexts(links: readonly Link[]): string[] {
  return links.map(({ rel, to }) => `${rel} → ${to}`)
}
