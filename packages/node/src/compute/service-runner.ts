import { HcfsError } from '@hcfs/core'
import { encodeFailure } from './call-failure.ts'
import type { Answer, Call } from './channel.ts'
import type { Service, ServiceExports } from './compute.ts'

export interface RunnableModule {
  readonly name: string
  /** The address as text: a `URL` does not survive a structured clone. */
  readonly module: string
  readonly options: unknown
}

/** Runs the calls of one service one after another, on whichever thread it is made. */
export class ServiceRunner {
  readonly #name: string
  readonly #service: Service
  /** Resolves when the last call so far has run. */
  #idle: Promise<void> = Promise.resolve()
  #isClosed = false

  private constructor(name: string, service: Service) {
    this.#name = name
    this.#service = service
  }

  static async create({ name, module, options }: RunnableModule): Promise<ServiceRunner> {
    const exports: unknown = await import(/* @vite-ignore */ module)
    if (!isServiceExports(exports)) throw new TypeError(`${module} must export a function createService(options)`)
    return new ServiceRunner(name, await exports.createService(options))
  }

  /** Never rejects: what a method throws is a part of the answer. */
  answer({ id, method, args }: Call): Promise<Answer> {
    const answer = this.#idle.then(async (): Promise<Answer> => {
      try {
        return { id, value: await this.#run(method, args) }
      } catch (error) {
        return { id, failure: encodeFailure(error, { service: this.#name, method }) }
      }
    })
    this.#idle = answer.then(() => {})
    return answer
  }

  /** Waits for the call that runs, drops those that wait, and closes the service. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#idle
    const close = methodOf(this.#service, 'close')
    if (close !== undefined) await Reflect.apply(close, this.#service, [])
  }

  #run(method: string, args: readonly unknown[]): unknown {
    if (this.#isClosed) throw new HcfsError('COMPUTE_STOPPED', `${this.#name} was closed before it came to this call`)
    const run = methodOf(this.#service, method)
    if (run === undefined) throw new TypeError(`${this.#name} has no method ${method}`)
    return Reflect.apply(run, this.#service, args)
  }
}

type Method = (...args: unknown[]) => unknown

function methodOf(service: Service, name: string): Method | undefined {
  const value: unknown = Reflect.get(service, name)
  return isMethod(value) ? value : undefined
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}

function isServiceExports(value: unknown): value is ServiceExports {
  return typeof value === 'object' && value !== null && 'createService' in value && isMethod(value.createService)
}
