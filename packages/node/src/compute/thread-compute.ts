import { Worker } from 'node:worker_threads'
import type { Clock, Logger, NodeLimits } from '@hcfs/core'
import type { Compute, Remote, Service, ServiceModule } from './compute.ts'
import { ServiceRemote } from './service-remote.ts'
import { runsFromSources, siblingModule } from './sibling-module.ts'
import { ThreadChannel } from './thread-channel.ts'

export interface ThreadComputeComponents {
  readonly clock: Clock
  readonly log: Logger
}

export interface ThreadComputeOptions {
  readonly limits: Pick<NodeLimits, 'computeCallsOpenMax' | 'computeCloseMsMax' | 'computeHeapBytesMax'>
}

const MIB = 1_024 * 1_024

/** The flags of this process may be ones that a thread refuses; it gets only what it needs to find the sources. */
const THREAD_FLAGS = runsFromSources(import.meta.url) ? ['--conditions=hcfs-source'] : []

/**
 * Runs each service on a thread of its own. A thread that dies takes nothing with
 * it but its open calls. Threads are not started again by themselves: who started
 * one knows what its service has to be told first.
 */
export class ThreadCompute implements Compute {
  readonly #components: ThreadComputeComponents
  readonly #options: ThreadComputeOptions

  constructor(components: ThreadComputeComponents, options: ThreadComputeOptions) {
    this.#components = components
    this.#options = options
  }

  async start<S extends Service>({ module, options, name }: ServiceModule): Promise<Remote<S>> {
    const { computeCallsOpenMax, computeCloseMsMax, computeHeapBytesMax } = this.#options.limits
    const worker = new Worker(siblingModule(import.meta.url, './thread-entry'), {
      name,
      workerData: { name, module: module.href, options },
      execArgv: THREAD_FLAGS,
      resourceLimits: { maxOldGenerationSizeMb: computeHeapBytesMax / MIB }
    })
    const channel = new ThreadChannel({ ...this.#components, worker }, { name, closeMsMax: computeCloseMsMax })
    await channel.started()
    const remote = new ServiceRemote<S>(channel, { name, callsOpenMax: computeCallsOpenMax })
    channel.listen(remote)
    return remote
  }
}
