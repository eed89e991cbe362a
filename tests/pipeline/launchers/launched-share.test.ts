import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { launchedShare, launchedText } from '../../../pipeline/commands/launchers/launched-share.ts'

/** `i/n` as the variables say it. */
function said(environment: Record<string, string>, flag?: string): string | undefined {
  const launched = launchedShare(flag, environment)
  return launched && `${launched.share.index}/${launched.share.count}`
}

/** As Slurm sets them for `--array=FIRST-LAST:STEP`. */
function arrayTask(id: number, first: number, last: number, step = 1): Record<string, string> {
  return {
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_MIN: String(first),
    SLURM_ARRAY_TASK_MAX: String(last),
    SLURM_ARRAY_TASK_STEP: String(step),
    SLURM_ARRAY_TASK_COUNT: String(Math.floor((last - first) / step) + 1),
  }
}

/** As sbatch sets them in a script that has started nothing yet, here of one task. */
const batchScript = { SLURM_PROCID: '0', SLURM_NTASKS: '1', SLURM_NPROCS: '1', SLURM_JOB_ID: '7' }

describe('the worker of how many', () => {
  test.each([
    ['nothing at all', {}, undefined],
    ['a Slurm array from 0', { ...batchScript, ...arrayTask(3, 0, 7) }, '3/8'],
    ['an array from 1', arrayTask(8, 1, 8), '7/8'],
    ['an array in steps', arrayTask(15, 5, 25, 5), '2/5'],
    [
      'a list of tasks that were submitted again',
      { ...arrayTask(7, 3, 7), SLURM_ARRAY_TASK_COUNT: '2' },
      '4/5',
    ],
    ['an array of one', { ...batchScript, ...arrayTask(0, 0, 0) }, undefined],
    ['a single Slurm job', batchScript, undefined],
    ['the script of a job that may start more', { ...batchScript, SLURM_NTASKS: '8' }, undefined],
    [
      'tasks that srun has started',
      { SLURM_PROCID: '2', SLURM_NTASKS: '8', SLURM_STEP_NUM_TASKS: '4' },
      '2/4',
    ],
    [
      'tasks within an array',
      { ...arrayTask(2, 1, 4), SLURM_PROCID: '3', SLURM_STEP_NUM_TASKS: '4', SLURM_NTASKS: '4' },
      '7/16',
    ],
    ['a Kubernetes Indexed Job', { JOB_COMPLETION_INDEX: '5', TWINSTILL_WORKERS: '6' }, '5/6'],
    ['torchrun', { RANK: '3', WORLD_SIZE: '4', LOCAL_RANK: '1' }, '3/4'],
    ['Open MPI', { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2' }, '1/2'],
    ['MPICH', { PMI_RANK: '1', PMI_SIZE: '3' }, '1/3'],
    ['SkyPilot nodes', { SKYPILOT_NODE_RANK: '0', SKYPILOT_NUM_NODES: '2' }, '0/2'],
    ['SkyPilot jobs', { SKYPILOT_JOB_RANK: '4', SKYPILOT_NUM_JOBS: '9' }, '4/9'],
    ['a rank of something else', { RANK: '3' }, undefined],
    ['variables that are empty', { SLURM_ARRAY_TASK_ID: '', RANK: '', WORLD_SIZE: '' }, undefined],
  ])('is known from %s', (_, environment, expected) => {
    expect(said(environment)).toBe(expected)
  })

  test('is what the flag says, whatever the variables say', () => {
    expect(said({ ...arrayTask(3, 0, 7), RANK: 'x', WORLD_SIZE: '2' }, '0/4')).toBe('0/4')
    expect(said({}, '0/1')).toBe('0/1')
  })

  test('comes from the innermost of two launchers, and it is told which', () => {
    const environment = {
      JOB_COMPLETION_INDEX: '1',
      TWINSTILL_WORKERS: '2',
      OMPI_COMM_WORLD_RANK: '5',
      OMPI_COMM_WORLD_SIZE: '8',
    }
    expect(launchedText(launchedShare(undefined, environment)!)).toBe(
      'worker 5 of 8, counted from 0 (OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE); Kubernetes Indexed Job (JOB_COMPLETION_INDEX, TWINSTILL_WORKERS) says something too and is passed over: --shard i/n beats all of them',
    )
  })

  test.each([
    ['4/4', {}, 'as 0/4, 1/4, 2/4 and 3/4 for four workers, not "4/4"'],
    ['1', {}, 'not "1"'],
    ['-1/4', {}, 'not "-1/4"'],
    ['0/0', {}, 'not "0/0"'],
    [undefined, { SLURM_ARRAY_TASK_ID: '3' }, 'set SLURM_ARRAY_TASK_COUNT, or state --shard i/n'],
    [undefined, { ...arrayTask(3, 0, 7), SLURM_ARRAY_TASK_ID: '3a' }, 'a whole number, not "3a"'],
    [undefined, arrayTask(4, 0, 8, 3), 'no task of an array from 0 in steps of 3 has'],
    [undefined, arrayTask(9, 0, 7), 'SLURM_ARRAY_TASK_ID is 9 and the number of tasks 8'],
    [undefined, { ...arrayTask(1, 0, 7), SLURM_ARRAY_TASK_STEP: '0' }, 'in steps of 0'],
    [undefined, { JOB_COMPLETION_INDEX: '3' }, 'set TWINSTILL_WORKERS, or state --shard i/n'],
    [undefined, { RANK: '4', WORLD_SIZE: '4' }, 'RANK is 4 and WORLD_SIZE 4'],
  ])('%s with %j is a mistake that is told', (flag, environment, message) => {
    expect(() => launchedShare(flag, environment as Record<string, string>)).toThrow(message)
  })

  test('is another one for every process of an array, whatever its numbers', () => {
    const arrays = fc.record({
      first: fc.nat(50),
      places: fc.integer({ min: 2, max: 12 }),
      step: fc.integer({ min: 1, max: 5 }),
      each: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(arrays, ({ first, places, step, each }) => {
        const last = first + (places - 1) * step
        const all: string[] = []
        for (let id = first; id <= last; id += step)
          for (let process = 0; process < each; process++)
            all.push(
              said({
                ...arrayTask(id, first, last, step),
                SLURM_PROCID: String(process),
                SLURM_STEP_NUM_TASKS: String(each),
              })!,
            )
        expect(all).toEqual(all.map((_, index) => `${index}/${places * each}`))
      }),
    )
  })
})
