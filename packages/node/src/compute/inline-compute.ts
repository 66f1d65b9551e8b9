import type { NodeLimits } from '@hcfs/core'
import { decodeFailure, encodeFailure } from './call-failure.ts'
import type { Answer, Call, Channel, ChannelListener } from './channel.ts'
import type { Compute, Remote, Service, ServiceModule } from './compute.ts'
import { ServiceRemote } from './service-remote.ts'
import { ServiceRunner } from './service-runner.ts'

export interface InlineComputeOptions {
  readonly limits: Pick<NodeLimits, 'computeCallsOpenMax'>
}

/**
 * Runs services where the caller runs, with nothing that could make two runs
 * differ. Arguments and results are cloned all the same, so that what works here
 * works on a thread.
 */
export class InlineCompute implements Compute {
  readonly #callsOpenMax: number

  constructor({ limits }: InlineComputeOptions) {
    this.#callsOpenMax = limits.computeCallsOpenMax
  }

  async start<S extends Service>({ module, options, name }: ServiceModule): Promise<Remote<S>> {
    const runner = await createRunner({ name, module: module.href, options: structuredClone(options) })
    const channel = new InlineChannel(runner, name)
    const remote = new ServiceRemote<S>(channel, { name, callsOpenMax: this.#callsOpenMax })
    channel.listen(remote)
    return remote
  }
}

/** A failure takes the way it takes between threads, so that callers see the same. */
async function createRunner(module: Parameters<typeof ServiceRunner.create>[0]): Promise<ServiceRunner> {
  try {
    return await ServiceRunner.create(module)
  } catch (error) {
    throw decodeFailure(encodeFailure(error, { service: module.name, method: 'createService' }))
  }
}

class InlineChannel implements Channel {
  readonly #runner: ServiceRunner
  readonly #name: string
  #listener: ChannelListener | undefined

  constructor(runner: ServiceRunner, name: string) {
    this.#runner = runner
    this.#name = name
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
  }

  post(call: Call, transfer: readonly ArrayBuffer[]): void {
    const received = structuredClone(call, { transfer: [...transfer] })
    void this.#runner.answer(received).then((answer) => this.#listener?.onAnswer(this.#clone(answer)))
  }

  keepAlive(): void {}

  async close(): Promise<void> {
    try {
      await this.#runner.close()
    } catch (error) {
      throw decodeFailure(encodeFailure(error, { service: this.#name, method: 'close' }))
    }
  }

  #clone(answer: Answer): Answer {
    try {
      return structuredClone(answer)
    } catch (error) {
      return { id: answer.id, failure: encodeFailure(error, { service: this.#name, method: 'an answer' }) }
    }
  }
}
