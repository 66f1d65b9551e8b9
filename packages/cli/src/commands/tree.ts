import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import { PathTree, treeLines } from '../command-line/path-tree.ts'
import type { CommandRunner } from '../command-line/session.ts'

interface TreeFlags {
  readonly depth?: string
  readonly tag?: string
}

export function addTree(program: Command, runner: CommandRunner): void {
  program
    .command('tree')
    .summary('draw what lies below a path')
    .description('Draws the contexts below a path. What is dimmed is no context, only the way to one.')
    .argument('[path]', 'where to look', '/')
    .option('--depth <count>', 'only so many levels')
    .option('--tag <tag>', 'only contexts with this tag')
    .addHelpText(
      'after',
      examples(
        ['hcfs tree', 'everything'],
        ['hcfs tree /projects --depth 2', 'two levels'],
        ['hcfs tree --json', 'a line for each context']
      )
    )
    .action((path: string, { depth, tag }: TreeFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out, signal }) => {
        const filter = tag === undefined ? {} : { filter: { tag } }
        const tree = new PathTree(path, depth === undefined ? Number.POSITIVE_INFINITY : readCount('depth', depth))
        for await (const entry of contexts.list(path, { recursive: true, signal, ...filter })) {
          if (!tree.add(entry)) continue
          if (out.isJson) await out.json(entry)
        }
        if (out.isJson) return
        for (const line of treeLines(tree, out.paint)) await out.line(line)
        await out.line(out.paint('dim', countText(tree.contextCount, 'context')))
      })
    )
}
