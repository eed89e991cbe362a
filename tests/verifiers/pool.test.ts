import { array, assert, asyncProperty, integer } from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { RunError, UsageError } from '../../schemas/errors.ts'
import type { Task } from '../../schemas/problem.ts'
import { openVerifierPool } from '../../verifiers/pool/pool.ts'
import type {
  PoolFailure,
  VerifierJob,
  VerifierPool,
  VerifierPoolOptions,
} from '../../verifiers/pool/pool.ts'

const registry = new URL('hostile-registry.ts', import.meta.url).href
const open: VerifierPool[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()))
})

function openPool(settings: Partial<VerifierPoolOptions> = {}): VerifierPool {
  const pool = openVerifierPool({ workers: 2, options: {}, registry, ...settings })
  open.push(pool)
  return pool
}

function job(output: string, task: Task = 'text'): VerifierJob {
  return { task, input: { prompt: '', answers: ['42'], choices: [], output } }
}

async function verdicts(pool: VerifierPool, outputs: readonly string[]): Promise<string[]> {
  const results = await pool.verify(outputs.map((output) => job(output)))
  return results.map(({ verdict, reason }) => (reason === '' ? verdict : `${verdict}: ${reason}`))
}

describe('the verifier pool', () => {
  it('answers in the order of the jobs, for any number of jobs and workers', async () => {
    const pools = [openPool({ workers: 1 }), openPool({ workers: 3 })]
    await assert(
      asyncProperty(array(integer({ min: 40, max: 44 }), { maxLength: 70 }), async (values) => {
        const expected = values.map((value) => ({
          verdict: value === 42 ? 'correct' : 'incorrect',
          extracted: String(value),
        }))
        for (const pool of pools) {
          const results = await pool.verify(values.map((value) => job(`answer ${value}`)))
          expect(results.map(({ verdict, extracted }) => ({ verdict, extracted }))).toEqual(expected)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('hands each verifier its options with the defaults filled in', async () => {
    const [given] = await openPool({ options: { text: { mark: 'mine' } } }).verify([job('answer 42')])
    const [missing] = await openPool().verify([job('answer 42')])
    expect([given?.path, missing?.path]).toEqual(['mine', 'default'])
  })

  it('keeps the environment from the verifiers', async () => {
    process.env['TWINSTILL_POOL_TEST'] = 'secret'
    const [seen] = await openPool().verify([job('environment')])
    delete process.env['TWINSTILL_POOL_TEST']
    expect(seen?.extracted).toBe('')
  })

  it('says what has no verifier', async () => {
    const results = await openPool().verify([job('42', 'none'), job('42', 'code')])
    expect(results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
      'gold_unparseable: no_gold',
      'undecided: no_verifier',
    ])
  })
})

describe('an answer that does harm', () => {
  it.each([
    ['loop', 'timeout: time_limit'],
    ['regex', 'timeout: time_limit'],
    ['exit', 'error: worker_crashed'],
    ['eat', 'error: out_of_memory'],
    ['throw', 'error: verifier_threw'],
    ['garbage', 'error: malformed_result'],
  ])('%s is %s and the others keep their verdicts', async (order, expected) => {
    const failures: PoolFailure[] = []
    const pool = openPool({ timeoutMs: 200, memoryMb: 32, onFailure: (failure) => failures.push(failure) })
    const outputs = Array.from({ length: 40 }, (_, index) =>
      index === 17 ? order : `answer ${40 + (index % 5)}`,
    )
    const right: string[] = outputs.map((output) => (output === 'answer 42' ? 'correct' : 'incorrect'))
    expect(await verdicts(pool, outputs)).toEqual(right.with(17, expected))
    expect(failures).toEqual([
      { task: 'text', reason: expected.split(': ')[1], message: expect.stringMatching(/\S/u) as string },
    ])
  })

  it('does not stop the pool when every answer does it', async () => {
    const pool = openPool({ timeoutMs: 100, memoryMb: 32 })
    const outputs = ['loop', 'exit', 'exit', 'regex', 'exit', 'answer 42']
    expect(await verdicts(pool, outputs)).toEqual([
      'timeout: time_limit',
      'error: worker_crashed',
      'error: worker_crashed',
      'timeout: time_limit',
      'error: worker_crashed',
      'correct',
    ])
    expect(await verdicts(pool, ['answer 42'])).toEqual(['correct'])
  })

  it('counts the time of each job, not that of its batch or of the queue', async () => {
    // Together they take twice the limit in one worker: only a clock that starts with each job lets all of them through.
    const pool = openPool({ workers: 1, timeoutMs: 400 })
    expect(
      await verdicts(
        pool,
        Array.from({ length: 16 }, () => 'spin 50'),
      ),
    ).toEqual(Array.from({ length: 16 }, () => 'incorrect'))
  })

  it('tells how long each job took, the killed one too', async () => {
    const pool = openPool({ workers: 1, timeoutMs: 400 })
    const timed = await pool.verifyTimed(
      ['spin 100', 'answer 42', 'loop', 'spin 150'].map((output) => job(output)),
    )
    const [slow, quick, killed, slower] = timed.map(({ ms }) => ms) as [number, number, number, number]
    expect(timed.map(({ result }) => result.verdict)).toEqual([
      'incorrect',
      'correct',
      'timeout',
      'incorrect',
    ])
    expect(slow).toBeGreaterThan(90)
    expect(slower).toBeGreaterThan(140)
    expect(killed).toBeGreaterThanOrEqual(400)
    expect(quick).toBeGreaterThan(0)
  })
})

describe('a pool that cannot work', () => {
  it('refuses options that do not fit the verifier', async () => {
    const pool = openPool({ options: { text: { marc: 'typo' } } })
    await expect(pool.verify([job('answer 42')])).rejects.toThrow(UsageError)
    await expect(pool.verify([job('answer 42')])).rejects.toThrow(/marc/u)
  })

  it('names a registry that cannot be loaded', async () => {
    const missing = new URL('no-such-registry.ts', import.meta.url).href
    const pool = openPool({ registry: missing })
    await expect(pool.verify([job('answer 42')])).rejects.toThrow(/no-such-registry/u)
  })

  it('gives no verdict when it is closed meanwhile', async () => {
    const pool = openPool()
    const running = pool.verify([job('loop')])
    await Promise.all([expect(running).rejects.toThrow(RunError), pool.close()])
    await expect(pool.verify([job('answer 42')])).rejects.toThrow(RunError)
  })
})
