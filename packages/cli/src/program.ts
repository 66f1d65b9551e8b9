import { Command } from 'commander'
import type { Environment } from './command-line/environment.ts'
import { CommandRunner } from './command-line/session.ts'
import { addBackup } from './commands/backup.ts'
import { addCompletion } from './commands/completion.ts'
import { addConfig } from './commands/config.ts'
import { addCp } from './commands/cp.ts'
import { addDiff } from './commands/diff.ts'
import { addDoctor } from './commands/doctor.ts'
import { addDu } from './commands/du.ts'
import { addEdit } from './commands/edit.ts'
import { addExport } from './commands/export.ts'
import { addForget } from './commands/forget.ts'
import { addGet } from './commands/get.ts'
import { addImport } from './commands/import.ts'
import { addInvite } from './commands/invite.ts'
import { addJoin } from './commands/join.ts'
import { addKey } from './commands/key.ts'
import { addLeave } from './commands/leave.ts'
import { addLog } from './commands/log.ts'
import { addLs } from './commands/ls.ts'
import { addMcp } from './commands/mcp.ts'
import { addMembers } from './commands/members.ts'
import { addMv } from './commands/mv.ts'
import { addOwner } from './commands/owner.ts'
import { addPeers } from './commands/peers.ts'
import { addPut } from './commands/put.ts'
import { addReindex } from './commands/reindex.ts'
import { addResolve } from './commands/resolve.ts'
import { addRestore } from './commands/restore.ts'
import { addRestoreBackup } from './commands/restore-backup.ts'
import { addRevoke } from './commands/revoke.ts'
import { addRm } from './commands/rm.ts'
import { addSearch } from './commands/search.ts'
import { addService } from './commands/service.ts'
import { addSpace } from './commands/space.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addStop } from './commands/stop.ts'
import { addSuspend } from './commands/suspend.ts'
import { addTemplate } from './commands/template.ts'
import { addTree } from './commands/tree.ts'
import { addUndelete } from './commands/undelete.ts'
import { addVerify } from './commands/verify.ts'
import { addWait } from './commands/wait.ts'
import { addWatch } from './commands/watch.ts'
import { VERSION } from './version.ts'

/** The whole command line, in the order in which its help lists it. */
export function buildProgram(environment: Environment, { isJson = false }: { isJson?: boolean } = {}): Command {
  const program = new Command('hcfs')
  const { stdout, stderr } = environment
  program
    .description('A hierarchical context store for AI agents, with no server in the middle.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--dir <directory>', 'the data directory (default: HCFS_DIR, the nearest .hcfs upwards, ~/.hcfs)')
    .option('--json', 'results for programs: one line of JSON each')
    .option('--agent <name>', 'who writes, for the history (default: HCFS_AGENT)')
    .option('--no-color', 'no colours, also where there is a terminal')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // For programs the error that is thrown is told as JSON.
      writeErr: (text) => {
        if (!isJson) stderr.write(text)
      }
    })
    .showHelpAfterError('(hcfs --help shows how it is used)')
    .exitOverride()
  const runner = new CommandRunner(environment)
  for (const add of COMMANDS) add(program, runner)
  return program
}

const COMMANDS = [
  addStart,
  addStop,
  addStatus,
  addWait,
  addPeers,
  addInvite,
  addJoin,
  addMembers,
  addRevoke,
  addSuspend,
  addForget,
  addLeave,
  addSpace,
  addOwner,
  addKey,
  addPut,
  addGet,
  addResolve,
  addEdit,
  addSearch,
  addReindex,
  addLs,
  addTree,
  addTemplate,
  addRm,
  addUndelete,
  addMv,
  addCp,
  addLog,
  addDiff,
  addRestore,
  addWatch,
  addVerify,
  addDu,
  addMcp,
  addImport,
  addExport,
  addBackup,
  addRestoreBackup,
  addConfig,
  addDoctor,
  addService,
  addCompletion
]

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 not caught up in time,
5 no node running, 6 refused (permission). Results go to standard output,
everything else to standard error.`
