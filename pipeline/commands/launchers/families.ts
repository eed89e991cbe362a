import { UsageError } from '../../../schemas/errors.ts'
import type { Share } from '../../engine/share.ts'

export type Environment = Record<string, string | undefined>

/** A launcher that tells each process which one it is. */
export type Family = {
  name: string
  /** The variables that it is known by, for people. */
  variables: string
  /** `undefined` where the process was not started by it. */
  shareOf(environment: Environment): Share | undefined
}

/** Set by our template, because Kubernetes tells a pod its index and not how many there are. */
const workersVariable = 'TWINSTILL_WORKERS'

/**
 * What starts processes side by side, from the inside out: torchrun or mpirun may run within a Slurm job, which has a number
 * for the job's node only.
 */
export const families: readonly Family[] = [
  ranked('torchrun', 'RANK', 'WORLD_SIZE'),
  ranked('Open MPI', 'OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE'),
  ranked('MPI', 'PMI_RANK', 'PMI_SIZE'),
  // Of srun only: the script of a job has number 0 of as many tasks as it may start.
  ranked('srun', 'SLURM_PROCID', 'SLURM_STEP_NUM_TASKS'),
  {
    name: 'Kubernetes Indexed Job',
    variables: `JOB_COMPLETION_INDEX, ${workersVariable}`,
    shareOf: kubernetesShare,
  },
  ranked('SkyPilot jobs', 'SKYPILOT_JOB_RANK', 'SKYPILOT_NUM_JOBS'),
  ranked('SkyPilot nodes', 'SKYPILOT_NODE_RANK', 'SKYPILOT_NUM_NODES'),
]

/**
 * The place of a task in a Slurm array (sbatch(1), `--array`). Its numbers need not begin at 0 nor follow each other; of a
 * list such as `3,7` Slurm tells the ends and not the members, so the places between them are taken to exist: a worker
 * whose place is missed has its shards done by the others.
 */
export function slurmArray(environment: Environment): Share | undefined {
  const id = numberIn(environment, 'SLURM_ARRAY_TASK_ID')
  if (id === undefined) return undefined
  const first = numberIn(environment, 'SLURM_ARRAY_TASK_MIN') ?? 0
  const step = numberIn(environment, 'SLURM_ARRAY_TASK_STEP') ?? 1
  const last = numberIn(environment, 'SLURM_ARRAY_TASK_MAX')
  const stated = numberIn(environment, 'SLURM_ARRAY_TASK_COUNT')
  if (stated === undefined && last === undefined)
    throw missing('SLURM_ARRAY_TASK_ID', id, 'SLURM_ARRAY_TASK_COUNT')
  const index = (id - first) / step
  if (step < 1 || !Number.isInteger(index) || index < 0)
    throw new UsageError(
      `SLURM_ARRAY_TASK_ID is ${id}, which no task of an array from ${first} in steps of ${step} has (SLURM_ARRAY_TASK_MIN, SLURM_ARRAY_TASK_STEP): state --shard i/n`,
    )
  const places = last === undefined ? 0 : Math.floor((last - first) / step) + 1
  return checked({ index, count: Math.max(stated ?? 1, places) }, 'SLURM_ARRAY_TASK_ID')
}

/** A number and how many there are, both from 0 on and in variables; one without the other is of somebody else. */
function ranked(name: string, rank: string, size: string): Family {
  return {
    name,
    variables: `${rank}, ${size}`,
    shareOf(environment) {
      if (!isSet(environment, size) || !isSet(environment, rank)) return undefined
      return checked({ index: numberIn(environment, rank)!, count: numberIn(environment, size)! }, rank, size)
    },
  }
}

function kubernetesShare(environment: Environment): Share | undefined {
  const index = numberIn(environment, 'JOB_COMPLETION_INDEX')
  if (index === undefined) return undefined
  const count = numberIn(environment, workersVariable)
  if (count === undefined) throw missing('JOB_COMPLETION_INDEX', index, workersVariable)
  return checked({ index, count }, 'JOB_COMPLETION_INDEX', workersVariable)
}

function checked(share: Share, index: string, count?: string): Share {
  if (share.count >= 1 && share.index < share.count) return share
  throw new UsageError(
    `${index} is ${share.index} and ${count ?? 'the number of tasks'} ${share.count}, but the workers of n are numbered from 0 to n-1: correct the variables, or state --shard i/n`,
  )
}

function missing(index: string, value: number, count: string): UsageError {
  return new UsageError(
    `${index} is ${value}, but nothing says how many workers there are: set ${count}, or state --shard i/n`,
  )
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== ''
}

/** @throws UsageError when a variable holds something else than a whole number */
function numberIn(environment: Environment, name: string): number | undefined {
  if (!isSet(environment, name)) return undefined
  const text = environment[name]!
  if (/^\d{1,9}$/u.test(text)) return Number(text)
  throw new UsageError(
    `${name} must be a whole number, not ${JSON.stringify(text)}: correct or unset it, or state --shard i/n`,
  )
}
