/** Runs `write` so often for each of several writers at once; each waits for its write before the next one. */
export async function runWriters(
  { writers, writesEach }: { writers: number; writesEach: number },
  write: () => Promise<unknown>
): Promise<void> {
  const writeAll = async (): Promise<void> => {
    for (let count = 0; count < writesEach; count += 1) await write()
  }
  await Promise.all(Array.from({ length: writers }, writeAll))
}
