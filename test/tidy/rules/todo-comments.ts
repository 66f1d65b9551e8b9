import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

const MARK = /\b(?:TODO|FIXME|XXX|HACK)\b/
const ISSUE = /#\d+/

/** Work left over is an issue, not a comment that nobody reads again. */
export const todoComments: Rule = { name: 'todo comments', sees: 'source', check: findTodos }

function findTodos(source: SourceFile): Finding[] {
  return source.comments.flatMap(({ value, start }) => {
    const [mark] = MARK.exec(value) ?? []
    if (mark === undefined || ISSUE.test(value)) return []
    const message = `${mark} without an issue; do it now, or open an issue and write ${mark}(#123)`
    return [{ path: source.path, line: source.lineOf(start), message }]
  })
}
