// Holds the install lock until its standard input ends, and says when it got it.
// Started by the tests as: node lock-holder.mjs LOCK_FILE [fail]
import { once } from 'node:events'
import { withInstallLock } from '../../scripts/install-lock.mjs'

const [lockFile, manner] = process.argv.slice(2)
const say = (text) => process.stdout.write(`${text}\n`)

try {
  await withInstallLock(lockFile, say, async () => {
    say('holding')
    if (manner === 'fail') throw new Error('the work failed')
    await once(process.stdin.resume(), 'end')
  })
  say('released')
} catch (error) {
  say(error.message)
}
