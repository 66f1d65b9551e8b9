import type { DiffLine, LinesHunk } from '@hcfs/core'
import type { ChangedRange } from './token-diff.ts'

/** The lines of two texts and the ranges in which they differ. */
export interface ComparedLines {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly ranges: readonly ChangedRange[]
}

/** Groups changes that are close to each other, with `contextLines` unchanged lines around each group. */
export function lineHunks(compared: ComparedLines, contextLines: number): LinesHunk[] {
  const groups: ChangedRange[][] = []
  for (const range of compared.ranges) {
    const group = groups.at(-1)
    const gap = group === undefined ? Number.POSITIVE_INFINITY : range.beforeStart - group.at(-1)!.beforeEnd
    if (group !== undefined && gap <= 2 * contextLines) group.push(range)
    else groups.push([range])
  }
  return groups.map((group) => hunkOf(compared, group, contextLines))
}

function hunkOf({ before, after }: ComparedLines, group: readonly ChangedRange[], contextLines: number): LinesHunk {
  const first = group[0]!
  const last = group.at(-1)!
  const lead = Math.min(contextLines, first.beforeStart)
  const trail = Math.min(contextLines, before.length - last.beforeEnd)
  const start = { before: first.beforeStart - lead, after: first.afterStart - lead }
  const end = { before: last.beforeEnd + trail, after: last.afterEnd + trail }
  const lines: DiffLine[] = []
  let position = start.before
  for (const { beforeStart, beforeEnd, afterStart, afterEnd } of group) {
    lines.push(...linesOf('same', before.slice(position, beforeStart)))
    lines.push(...linesOf('removed', before.slice(beforeStart, beforeEnd)))
    lines.push(...linesOf('added', after.slice(afterStart, afterEnd)))
    position = beforeEnd
  }
  lines.push(...linesOf('same', before.slice(position, end.before)))
  return {
    beforeStart: lineNumber(start.before, end.before),
    beforeCount: end.before - start.before,
    afterStart: lineNumber(start.after, end.after),
    afterCount: end.after - start.after,
    lines
  }
}

/** As in unified diffs, an empty range is named by the line before it. */
function lineNumber(start: number, end: number): number {
  return start === end ? start : start + 1
}

function linesOf(kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }))
}
