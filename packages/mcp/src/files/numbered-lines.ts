const NUMBER_WIDTH = 6

/** Lines from `first` to `last`, counted from 1, each behind its number. */
export function numberedLines(text: string, first = 1, last = Number.POSITIVE_INFINITY): string {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ number }) => number >= first && number <= last)
    .map(({ line, number }) => `${String(number).padStart(NUMBER_WIDTH)}\t${line}`)
    .join('\n')
}

const KIB = 1_024

/** As `du -h` writes it. */
export function sizeText(bytes: number): string {
  const units = ['B', 'K', 'M', 'G'] as const
  const step = bytes < KIB ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / KIB ** step
  return `${step === 0 ? amount : amount.toFixed(1)}${units[step]}`
}
