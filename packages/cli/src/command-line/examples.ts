/** The part of a command's help that shows it in use. */
export function examples(...lines: readonly (readonly [line: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([line]) => line.length))
  return ['', 'Examples:', ...lines.map(([line, meaning]) => `  $ ${line.padEnd(width)}  # ${meaning}`)].join('\n')
}
