import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildLedger } from '../../pipeline/ledger/build-ledger.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { runSpend } from '../../pipeline/ledger/run-spend.ts'
import { loadRecipe } from '../../pipeline/recipe/load-recipe.ts'
import { resolveRun } from '../../pipeline/recipe/resolve-run.ts'
import { readRunRecord } from '../../store/run/run-record.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* 480 samples that cost $1.40; an answer costs $0.007 at most. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({ first_token_ms: 5, token_ms: 0.02 }, join(folder.path, 'teacher.jsonl'))
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

function recipe(budget: RecipeTree | undefined, name: string, output = 3.43): Promise<string> {
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', samples: 2, max_tokens: 2048 }
  return writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 120, seed: 1 }, per_shard: 32 },
      endpoints: {
        teacher: {
          base_url: teacher.baseUrl,
          dialect: 'vllm',
          max_in_flight: 64,
          price: { input: 0.86, output, date: '2026-11-01' },
        },
      },
      generate: { probe: 'never' },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking' },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
      },
      ...(budget && { budget }),
    }),
    name,
  )
}

const cli = (...args: string[]) => runCli(args, { cwd: folder.path })

async function ledgerOf(run: string): Promise<Ledger> {
  const ledger = Ledger.parse(JSON.parse(await readFile(join(folder.path, run, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  return ledger
}

/** What `status` would print. */
async function statusOf(path: string, run: string): Promise<Ledger> {
  const context = resolveRun(await loadRecipe(path, {}), run, folder.path)
  const { plan } = (await readRunRecord(context.runFolder))!
  return buildLedger(context, plan!, undefined)
}

test('a run stops just below its budget, and a further start buys nothing', async () => {
  const unlimited = await recipe(undefined, 'unlimited.yaml')
  expect(await cli('distill', unlimited, '--run', 'free')).toMatchObject({ code: 0 })
  const whole = await ledgerOf('free')
  expect(whole.total.cost_usd).toBeGreaterThan(1.25)
  expect(whole.total.cost_usd).toBeLessThan(1.45)

  const limited = await recipe({ usd: 1 }, 'limited.yaml')
  const stopped = await cli('distill', limited, '--run', 'held')
  expect(stopped.code).toBe(3)
  expect(stopped.stderr).toMatch(/the budget is used up: \$0\.99\d\d of \$1 \(budget\.usd\) spent/)
  const { total } = await statusOf(limited, 'held')
  expect(total.cost_usd).toBeLessThanOrEqual(1)
  expect(total.cost_usd).toBeGreaterThanOrEqual(0.97)
  expect(total.cut_off.requests).toBe(0)

  expect(await cli('distill', limited, '--run', 'held')).toMatchObject({ code: 3 })
  expect((await statusOf(limited, 'held')).total).toEqual(total)
})

test('a raised budget ends in the bytes of an unlimited run', async () => {
  const whole = await ledgerOf('free')
  const raised = await cli('distill', await recipe({ usd: 2 }, 'raised.yaml'), '--run', 'held')
  expect(raised).toMatchObject({ code: 0 })
  expect(raised.stdout).toContain(`tokens, $${whole.total.cost_usd!.toFixed(4)} of $2`)
  expect(await folderDigest(join(folder.path, 'held/dataset'))).toEqual(
    await folderDigest(join(folder.path, 'free/dataset')),
  )
  const settled = await ledgerOf('held')
  expect(settled.tokens).toEqual(whole.tokens)
  expect(settled.total).toEqual(whole.total)
})

test('another price makes nothing again and is what the ledger counts with', async () => {
  const before = await ledgerOf('free')
  const parts = await folderDigest(join(folder.path, 'free/traces'))
  const dearer = await cli('distill', await recipe(undefined, 'dearer.yaml', 6.86), '--run', 'free')
  expect(dearer).toMatchObject({ code: 0 })
  expect(dearer.stderr).toContain('is up to date')
  expect(await folderDigest(join(folder.path, 'free/traces'))).toEqual(parts)
  const after = await ledgerOf('free')
  expect(after.tokens.map(({ completion_tokens }) => completion_tokens)).toEqual(
    before.tokens.map(({ completion_tokens }) => completion_tokens),
  )
  expect(after.total.cost_usd! / before.total.cost_usd!).toBeGreaterThan(1.9)
})

test('killed again and again, a run spends no more than its budget over all its starts', async () => {
  const limited = await recipe({ usd: 1 }, 'killed.yaml')
  let kills = 0
  for (const answers of [20, 90]) {
    const { child, ended } = startCli(['distill', limited, '--run', 'shaken', '--json'], { cwd: folder.path })
    let done = 0
    child.stdout!.on('data', (text: string) => {
      for (const [, count] of text.matchAll(/"type":"progress".*?"samples":(\d+)/g)) done = Number(count)
      if (done >= answers) child.kill('SIGKILL')
    })
    if ((await ended).signal === 'SIGKILL') kills += 1
  }
  expect(kills).toBeGreaterThan(0)
  expect(await cli('distill', limited, '--run', 'shaken')).toMatchObject({ code: 3 })
  const { total } = await statusOf(limited, 'shaken')
  expect(total.cut_off.requests).toBeGreaterThan(0)
  expect(total.cut_off.tokens).toBeGreaterThan(0)
  expect(total.cost_usd).toBeLessThanOrEqual(1)
  expect(total.cost_usd).toBeGreaterThanOrEqual(0.97)

  // What cut off requests count as does not change with the answers that come after.
  const { bought } = await runSpend(join(folder.path, 'shaken'))
  const raised = await cli('distill', await recipe({ usd: 4 }, 'raised.yaml'), '--run', 'shaken')
  expect(raised).toMatchObject({ code: 0 })
  expect(raised.stderr).toMatch(/\d+ requests were cut off by a kill and may have been paid for/)
  const later = await runSpend(join(folder.path, 'shaken'))
  expect(later.bought.map(({ cut_off }) => cut_off)).toEqual(bought.map(({ cut_off }) => cut_off))
  expect(await folderDigest(join(folder.path, 'shaken/dataset'))).toEqual(
    await folderDigest(join(folder.path, 'free/dataset')),
  )
})

test('a budget of dollars without a price is refused with the ways to state one', async () => {
  const path = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, { budget: { usd: 1 } }),
    'unpriced.yaml',
  )
  const { code, stderr } = await cli('distill', path, '--run', 'unpriced')
  expect(code).toBe(2)
  expect(stderr).toContain(
    'budget.usd needs the price of everything that is asked, and the endpoint teacher has none for Qwen/Qwen3-8B; state `endpoints.teacher.price:',
  )
})
