/** What a long call tells on its way, and what it gives at the end. */
export type ProgressItem<Progress, Result> = { readonly progress: Progress } | { readonly result: Result }

/** So many steps wait for a slow reader; then the newest stands for those that follow. */
const WAITING_MAX = 64

/** Runs a call that reports its progress by a callback, as a stream of its reports and its result. */
export async function* progressItems<Progress, Result>(
  run: (onProgress: (progress: Progress) => void) => Promise<Result>
): AsyncGenerator<ProgressItem<Progress, Result>> {
  const waiting: Progress[] = []
  let news = Promise.withResolvers<void>()
  const running = run((progress) => {
    if (waiting.length === WAITING_MAX) waiting.pop()
    waiting.push(progress)
    news.resolve()
  })
  let isRunning = true
  const ended = running.then(
    () => {
      isRunning = false
    },
    () => {
      isRunning = false
    }
  )
  // What came while a report was on its way has to be told too.
  while (isRunning || waiting.length > 0) {
    await Promise.race([news.promise, ended])
    news = Promise.withResolvers<void>()
    for (const progress of waiting.splice(0)) yield { progress }
  }
  yield { result: await running }
}
