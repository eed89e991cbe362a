import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readParquetRows } from '../../store/parquet/read.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { hasPython, runPythonBeside } from './python.ts'

const repo = 'demo-org/sums'

function placeOf(row: Record<string, unknown>): number {
  return Number(String(row['source_id']).split('/').at(-1))
}

describe.skipIf(!hasPython)('a problem set that datasets pushed', () => {
  const work = mkdtempSync(join(tmpdir(), 'twinstill-hub-problems-'))
  let hub: Hub
  let pushed: Record<'train' | 'test' | 'validation', string[]>

  beforeAll(async () => {
    hub = await startHub({ folder: join(work, 'hub') })
    pushed = (await runPythonBeside('push_problems.py', [repo], {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: hub.token,
      HF_HOME: join(work, 'home'),
      HF_HUB_DISABLE_XET: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      NO_PROXY: '127.0.0.1',
    })) as typeof pushed
  })
  afterAll(async () => {
    await hub.close()
    rmSync(work, { recursive: true, force: true })
  })

  /** The problems that the stage makes of a part of the set, in the order of their rows. */
  async function problemsOf(name: string, section: object): Promise<Record<string, unknown>[]> {
    const path = await writeRecipe(
      work,
      {
        name,
        problems: { hub: repo, ...section },
        endpoints: { teacher: { base_url: 'http://127.0.0.1:1/v1' } },
        arms: {
          ift: { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' },
        },
      },
      `${name}.yaml`,
    )
    const result = await runCli(['problems', path], { cwd: work, environment: { HF_ENDPOINT: hub.url } })
    expect(result).toMatchObject({ code: 0 })
    const folder = join(work, 'runs', name, 'problems')
    const parts = readdirSync(folder).filter((part) => part.endsWith('.parquet'))
    const rows = await Promise.all(parts.map((part) => Array.fromAsync(readParquetRows(join(folder, part)))))
    return rows.flat().sort((a, b) => placeOf(a) - placeOf(b))
  }

  test.each([
    ['train', 300, 0],
    ['test', 20, 1000],
  ] as const)('is read from its shards: the split %s', async (split, count, first) => {
    const rows = await problemsOf(`easy-${split}`, {
      config: 'easy',
      split,
      fields: { prompt: 'question', answer: 'extra.answer', id: 'uid' },
    })
    expect(rows.map((row) => row['prompt'])).toEqual(pushed[split])
    expect(rows).toHaveLength(count)
    expect(rows[0]).toMatchObject({ answers: [String(2 * first)], source_id: String(first), source: repo })
  })

  test('is read with its options: another configuration', async () => {
    const rows = await problemsOf('choices', { config: 'choices', split: 'validation' })
    expect(rows.map((row) => row['prompt'])).toEqual(pushed.validation)
    expect(rows[0]).toMatchObject({
      choices: ['one', 'two', 'three'],
      answers: ['B'],
      task: 'choice',
      source_id: 'choices/validation/0',
    })
  })
})
