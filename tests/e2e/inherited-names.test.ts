import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Every object has a `constructor` and a `toString`: a record by name that forgets it finds them where nothing is. */
test('a whole run works with arms, endpoints, models, prices and roles of names that every object has', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  const rates = { input: 1, output: 2 }
  const price = {
    models: JSON.parse(`{"toString": ${JSON.stringify(rates)}, "valueOf": ${JSON.stringify(rates)}}`),
    date: '2026-11-01',
  }
  const arm = { teacher: 'qwen3', endpoint: 'constructor', samples: 2, extra_body: { hasOwnProperty: 1 } }
  const tree = {
    name: 'constructor',
    problems: { builtin: { count: 8, seed: 1 }, per_shard: 4 },
    endpoints: {
      constructor: { base_url: teacher.baseUrl, dialect: 'vllm', price },
      // Nobody asks it.
      other: { base_url: teacher.baseUrl, price: { ...rates, date: '2026-11-01' } },
    },
    arms: {
      constructor: { ...arm, role: 'ift', model: 'toString', mode: 'non_thinking' },
      'value.of': { ...arm, role: 'reasoning', model: 'valueOf', mode: 'thinking' },
    },
    budget: { usd: 100 },
    pair: { require: ['constructor', 'value.of'] },
    verify: { judge: { teacher: 'generic', model: 'toString', endpoint: 'constructor' } },
  }
  const recipe = await writeRecipe(folder.path, tree)
  for (const _start of ['the first', 'the second, with nothing to do']) {
    const { code, stderr } = await runCli(['distill', recipe], { cwd: folder.path })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  }
  const run = join(folder.path, 'runs/constructor')
  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  expect(ledger.pairs.written).toBeGreaterThan(0)
  expect(ledger.total.cost_usd).toBeGreaterThan(0)
  for (const config of ['pairs', 'ift', 'reasoning']) {
    const rows = await Array.fromAsync(
      readParquetRows(join(run, `dataset/data/${config}/train-00000-of-00001.parquet`)),
    )
    expect(rows).toHaveLength(ledger.pairs.written)
  }
  for (const command of ['status', 'show', 'report']) {
    const { stderr } = await runCli([command, recipe, '--json'], { cwd: folder.path })
    expect(stderr).not.toMatch(/\n\s+at /u)
  }
})
