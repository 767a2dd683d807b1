import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Whether a process can be told which core to run on. */
const canPin: boolean =
  availableParallelism() > 1 &&
  process.platform === 'linux' &&
  spawnSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' }).status === 0

export const pinning: string = canPin
  ? 'server and client each pinned to a core of their own'
  : 'server and client not pinned to cores'

/** What to put in front of a command to keep it on a core. */
export const pinnedTo = (core: number | undefined): readonly string[] =>
  canPin && core !== undefined ? ['taskset', '-c', String(core)] : []
