import { chmod, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { HcfsError } from '@hcfs/core'

/** Named pipes are no files; Windows lets only their owner open them for writing. */
const isFile = (socketPath: string): boolean => !socketPath.startsWith('\\\\')

/**
 * Takes away a socket that a killed process left behind; a living process keeps
 * its own. Two nodes never get here with one directory: its store has a lock.
 */
export async function clearStaleSocket(socketPath: string): Promise<void> {
  if (await answers(socketPath)) {
    throw new HcfsError('DIRECTORY_IN_USE', 'Another process listens on the socket of this directory; stop it first', {
      details: { socketPath }
    })
  }
  if (isFile(socketPath)) await rm(socketPath, { force: true })
}

/** Until this is done only the mode of the directory, 0700, keeps others out. */
export async function restrictToOwner(socketPath: string): Promise<void> {
  if (isFile(socketPath)) await chmod(socketPath, 0o600)
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
