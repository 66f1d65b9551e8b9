import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { DeviceId } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import { connect } from '@hcfs/sdk'
import { readyNode, spawnHcfs } from '../../e2e/cli/hcfs-process.ts'

interface Ready {
  readonly node: DeviceId
  readonly network: string
  readonly listen: readonly string[]
}

/** A port of loopback that the system chooses once: after a restart the others find the node where it was. */
const LISTEN = ['--listen', '/ip4/127.0.0.1/tcp/0', '--http', 'off']

/** One `hcfs start` process with its data directory. Only ever ends processes that it started. */
export class ClusterMember implements AsyncDisposable {
  readonly name: string
  readonly directory: string
  /** Of the environment of its next process. */
  variables: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #ready: Ready | undefined
  #client: RemoteNode | undefined

  constructor(name: string, directory: string, variables: Readonly<Record<string, string>> = {}) {
    this.name = name
    this.directory = directory
    this.variables = variables
  }

  get ready(): Ready {
    if (this.#ready === undefined) throw new Error(`${this.name} was never started`)
    return this.#ready
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async start(...flags: readonly string[]): Promise<void> {
    const { child, readyLine } = await readyNode(
      spawnHcfs(['start', '--json', '--dir', this.directory, '--name', this.name, ...LISTEN, ...flags], {
        variables: this.variables
      })
    )
    this.#child = child
    this.#ready = JSON.parse(readyLine)
  }

  /** The running node; one client serves all who ask until the node ends. */
  async node(): Promise<RemoteNode> {
    this.#client ??= await connect({ dir: this.directory })
    return this.#client
  }

  async ticket(uses: number): Promise<string> {
    const { network } = await this.node()
    return (await network.invite({ role: 'write', uses })).ticket
  }

  /** As when the machine loses power, but for what the operating system still writes. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Neither answers nor closes a connection, as a machine behind a cable that was pulled. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw()
    await this.#end('SIGKILL')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const [child, client] = [this.#child, this.#client]
    this.#child = undefined
    this.#client = undefined
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close')
      child.kill(signal)
      await ended
    }
    // Not before: what was being asked is cut off by the end of the process, as it would be for any program.
    await client?.close().catch(() => {})
  }
}
