import assert from 'node:assert'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { encodeFailure } from './call-failure.ts'
import type { Call } from './channel.ts'
import type { RunnableModule } from './service-runner.ts'
import { ServiceRunner } from './service-runner.ts'
import type { FromThread, ToThread } from './thread-messages.ts'

/** What a thread of `ThreadCompute` runs: one service, until it is told to close. */
class ServiceThread {
  readonly #port: MessagePort
  readonly #module: RunnableModule

  constructor(port: MessagePort, module: RunnableModule) {
    this.#port = port
    this.#module = module
  }

  async serve(): Promise<void> {
    try {
      const runner = await ServiceRunner.create(this.#module)
      this.#port.on('message', (message: ToThread) => {
        if (message.type === 'call') void this.#answer(runner, message.call)
        else void this.#close(runner)
      })
      this.#send({ type: 'started' })
    } catch (error) {
      this.#sendLast({ type: 'start-failed', failure: this.#failureIn('createService', error) })
    }
  }

  async #answer(runner: ServiceRunner, call: Call): Promise<void> {
    const answer = await runner.answer(call)
    try {
      this.#send({ type: 'answer', answer })
    } catch (error) {
      // The result cannot be cloned.
      this.#send({ type: 'answer', answer: { id: call.id, failure: this.#failureIn(call.method, error) } })
    }
  }

  async #close(runner: ServiceRunner): Promise<void> {
    try {
      await runner.close()
      this.#sendLast({ type: 'closed' })
    } catch (error) {
      this.#sendLast({ type: 'closed', failure: this.#failureIn('close', error) })
    }
  }

  #send(message: FromThread): void {
    this.#port.postMessage(message)
  }

  /** The thread ends itself, whatever a service left open: here no native code is interrupted. */
  #sendLast(message: FromThread): void {
    this.#send(message)
    process.exit()
  }

  #failureIn(method: string, error: unknown) {
    return encodeFailure(error, { service: this.#module.name, method })
  }
}

assert(parentPort !== null, 'This module is the entry of a thread')
await new ServiceThread(parentPort, workerData).serve()
