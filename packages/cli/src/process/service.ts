import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HcfsError } from '@hcfs/core'
import type { ServiceFacts } from './service-files.ts'
import { launchdPlist, systemdUnit } from './service-files.ts'

export interface ServicePlace {
  readonly platform: NodeJS.Platform
  readonly homeDirectory: string
  readonly variables: Readonly<Record<string, string | undefined>>
}

export interface ServiceComponents {
  readonly place: ServicePlace
  /** Runs a program of the system; gives why that failed. */
  readonly run: (program: string, args: readonly string[]) => string | undefined
  /** Takes each step that was done, as it is told to the user. */
  readonly done: (text: string) => void
}

const SYSTEMD_NAME = 'hcfs.service'
const LAUNCHD_LABEL = 'dev.hcfs.node'

/** A node that the system starts when the user logs in. */
export class Service {
  readonly #components: ServiceComponents

  constructor(components: ServiceComponents) {
    this.#components = components
  }

  /** Where the service is declared. */
  get file(): string {
    const { platform, homeDirectory, variables } = this.#components.place
    if (platform === 'linux') {
      const config = variables['XDG_CONFIG_HOME'] || join(homeDirectory, '.config')
      return join(config, 'systemd', 'user', SYSTEMD_NAME)
    }
    if (platform === 'darwin') return join(homeDirectory, 'Library', 'LaunchAgents', `${LAUNCHD_LABEL}.plist`)
    throw new HcfsError(
      'SERVICE_UNSUPPORTED',
      `hcfs knows systemd and launchd, and this is ${platform}; let its own means run: hcfs start`
    )
  }

  async isInstalled(): Promise<boolean> {
    return (await stat(this.file).catch(() => undefined)) !== undefined
  }

  async install(facts: ServiceFacts): Promise<void> {
    const { file } = this
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, this.#isLinux ? systemdUnit(facts) : launchdPlist(facts, LAUNCHD_LABEL))
    this.#components.done(`wrote ${file}`)
    if (this.#isLinux) {
      this.#run('systemctl', '--user', 'daemon-reload')
      this.#run('systemctl', '--user', 'enable', '--now', SYSTEMD_NAME)
      return
    }
    this.#run('launchctl', 'load', '-w', file)
  }

  async uninstall(): Promise<void> {
    const { file } = this
    if (!(await this.isInstalled())) throw new HcfsError('FILE_NOT_FOUND', `No service is installed (${file})`)
    if (this.#isLinux) this.#run('systemctl', '--user', 'disable', '--now', SYSTEMD_NAME)
    else this.#run('launchctl', 'unload', '-w', file)
    await rm(file)
    this.#components.done(`deleted ${file}`)
    if (this.#isLinux) this.#run('systemctl', '--user', 'daemon-reload')
  }

  get #isLinux(): boolean {
    return this.#components.place.platform === 'linux'
  }

  /** A container or a login without a session has nobody to talk to; the file is right all the same. */
  #run(program: string, ...args: readonly string[]): void {
    const line = [program, ...args].join(' ')
    const why = this.#components.run(program, args)
    this.#components.done(why === undefined ? `ran ${line}` : `could not run ${line} (${why}); run it yourself`)
  }
}
