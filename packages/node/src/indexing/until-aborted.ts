/** Waits for an event; rejects with the signal's reason when that comes first. */
export function untilAborted(event: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    event.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
