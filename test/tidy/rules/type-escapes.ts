import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

const SUPPRESSION = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable|(?:v8|c8|istanbul) ignore/

/** Types do not lie: nothing switches the compiler or the linter off. */
export const typeEscapes: Rule = { name: 'type escapes', sees: 'source', check: findTypeEscapes }

function findTypeEscapes(source: SourceFile): Finding[] {
  const finding = (start: number, message: string): Finding => ({
    path: source.path,
    line: source.lineOf(start),
    message
  })
  return [
    ...source.nodes('TSAnyKeyword').map(({ start }) => finding(start, 'any; use unknown and check what it is')),
    ...source
      .nodes('TSAsExpression')
      .filter(({ expression }) => expression.type === 'TSAsExpression')
      .map(({ start }) =>
        finding(start, 'a cast of a cast; write a function that checks the value and returns its type')
      ),
    ...source.comments.flatMap((comment) => {
      const [suppression] = SUPPRESSION.exec(comment.value) ?? []
      return suppression === undefined ? [] : [finding(comment.start, `${suppression}; repair what it hides`)]
    })
  ]
}
