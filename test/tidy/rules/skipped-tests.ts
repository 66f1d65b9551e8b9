import type { Node } from 'oxc-parser'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

const TEST_FUNCTION = /^(?:test|it|describe|suite|bench)\b/

/** A test that does not run says why, and no test keeps the others from running. */
export const skippedTests: Rule = { name: 'skipped tests', sees: 'source', check: findSkippedTests }

function findSkippedTests(source: SourceFile): Finding[] {
  if (!source.path.endsWith('.test.ts')) return []
  const finding = ({ start }: Node, message: string): Finding => ({
    path: source.path,
    line: source.lineOf(start),
    message
  })
  const modified = source.nodes('MemberExpression').flatMap((node) => {
    const [, modifier] = /\.(only|skip|skipIf|runIf|todo|fails)$/.exec(source.text.slice(node.start, node.end)) ?? []
    if (modifier === undefined || !TEST_FUNCTION.test(source.text.slice(node.start))) return []
    if (modifier === 'only') return [finding(node, '.only keeps all other tests from running; remove it')]
    return [finding(node, `.${modifier} gives no reason; call skip('why') or skip(condition, 'why') inside the test`)]
  })
  const silent = source.nodes('CallExpression').flatMap((node) => {
    const callee = source.text.slice(node.callee.start, node.callee.end)
    if (TEST_FUNCTION.test(callee) || !/(?:^|\.)skip$/.test(callee)) return []
    return node.arguments.some(isText) ? [] : [finding(node, 'skips without a reason; pass it as text')]
  })
  return [...modified, ...silent]
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')
}
