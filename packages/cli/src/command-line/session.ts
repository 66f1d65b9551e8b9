import type { RemoteNode } from '@hcfs/sdk'
import { connect } from '@hcfs/sdk'
import type { Command } from 'commander'
import type { FoundDirectory } from './data-directory.ts'
import { findDataDirectory } from './data-directory.ts'
import type { Environment } from './environment.ts'
import { Output } from './output.ts'
import { Progress } from './progress.ts'

/** Options that every command takes. */
export interface GlobalFlags {
  readonly dir?: string
  readonly json?: boolean
  readonly agent?: string
  readonly color?: boolean
}

/** One run of one command: where it looks, how it talks, and whom it talks to. */
export class Session {
  readonly environment: Environment
  readonly out: Output
  readonly directory: FoundDirectory
  readonly #agent: string | undefined

  constructor(environment: Environment, { dir, json, agent, color }: GlobalFlags) {
    this.environment = environment
    this.out = new Output(environment, { isJson: json === true, isColourWanted: color !== false })
    this.directory = findDataDirectory(dir, environment)
    this.#agent = agent ?? environment.variables['HCFS_AGENT']
  }

  get signal(): AbortSignal {
    return this.environment.signal
  }

  /** The running node of the data directory. The caller closes it. */
  connect(): Promise<RemoteNode> {
    const agent = this.#agent === undefined || this.#agent === '' ? {} : { agent: this.#agent }
    return connect({ dir: this.directory.path, ...agent, signal: this.signal })
  }

  progress(what: string): Progress {
    return new Progress(this.environment, what, !this.out.isJson)
  }
}

/** What the commands need to run: each turns its arguments into one call of these. */
export class CommandRunner {
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** Runs without a node. */
  async alone(command: Command, work: (session: Session) => Promise<void>): Promise<void> {
    await work(new Session(this.#environment, command.optsWithGlobals<GlobalFlags>()))
  }

  /** Runs with the node of the data directory; `NODE_NOT_RUNNING` when there is none. */
  async withNode(command: Command, work: (node: RemoteNode, session: Session) => Promise<void>): Promise<void> {
    await this.alone(command, async (session) => {
      await using node = await session.connect()
      await work(node, session)
    })
  }
}
