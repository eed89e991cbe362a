import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runSpend } from '../../pipeline/ledger/run-spend.ts'
import { openBudgetLog } from '../../store/budget/budget-log.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const cap = 400_000
const longest = 2048

test('three processes share a budget, one is killed and one frozen: together they spend no token more, and all but the most that one request may take', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ first_token_ms: 30, token_ms: 0.05, concurrency: 32 }, log)
  const arm = {
    teacher: 'qwen3',
    model: 'Qwen/Qwen3-8B',
    endpoint: 'teacher',
    samples: 2,
    max_tokens: longest,
  }
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 480, seed: 1 }, per_shard: 16 },
      endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 4 } },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking' },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
      },
      generate: { probe: 'never' },
      budget: { tokens: cap },
    }),
  )
  const run = join(folder.path, 'run')
  const start = (index: number): ReturnType<typeof startCli> =>
    startCli(['distill', recipe, '--run', run, '--shard', `${index}/3`], {
      cwd: folder.path,
      environment: { TWINSTILL_LEASE_SECONDS: '2' },
    })
  const [killed, frozen, last] = [start(0), start(1), start(2)]
  await reached(
    async () => (await readdir(join(run, 'workers'))).length === 3 && (await billedBy(log)) > cap / 4,
  )
  killed.child.kill('SIGKILL')
  frozen.child.kill('SIGSTOP')
  const ended = await last.ended
  frozen.child.kill('SIGCONT')
  const woken = await frozen.ended
  await killed.ended
  expect(ended).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('the budget is used up') as unknown,
  })
  expect(woken.code).toBe(3)

  const billed = await billedBy(log)
  const { account } = await openBudgetLog(run).read()
  const holdings = [...account.holdings.values()]
  const given = holdings.reduce((sum, { amount }) => sum + amount.tokens, 0)
  expect(billed).toBeLessThanOrEqual(given)
  expect(given).toBeLessThanOrEqual(cap)
  expect(cap - given).toBeLessThan(longest + 400)
  expect(holdings.filter(({ settled }) => settled).length).toBeGreaterThan(0)
  // A whole holding would be charged where the journals said nothing.
  expect(given - billed).toBeLessThan(holdings.length * 8 * (longest + 400))
  const { bought } = await runSpend(run)
  const unsettled = bought.reduce((sum, each) => sum + each.unsettled, 0)
  console.log(
    `${billed} tokens billed of ${cap}, ${given} given out in ${(await openBudgetLog(run).read()).next - 1} slots; ${unsettled} requests without an outcome; ${holdings.length} workers, ${holdings.filter(({ settled }) => settled).length} settled for`,
  )
})

/** Tokens of all answers that the teacher has begun to send. */
async function billedBy(log: string): Promise<number> {
  let sum = 0
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    if (line === '') continue
    const { prompt_tokens, completion_tokens } = JSON.parse(line) as Record<string, number>
    sum += prompt_tokens! + completion_tokens!
  }
  return sum
}

async function reached(isSo: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 120_000
  while (!(await isSo().catch(() => false)) && performance.now() < giveUp) await sleep(10)
}
