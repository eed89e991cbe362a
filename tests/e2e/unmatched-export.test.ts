import { execFile } from 'node:child_process'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readPart } from '../../store/parts/part.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const rooms =
  'schemas store hub problems teachers verifiers filters output review pipeline simulators package.json'.split(
    ' ',
  )

/** An export with a row for each sample that it reads: not one row a pair. */
function exportOfSamples(name: string, reads: 'kept' | 'all'): string {
  return `
import { z } from 'zod'
import type { Export } from './export.ts'

export const ${name}: Export = {
  name: '${name}',
  version: '1',
  describe: 'Every answer that is ${reads}.',
  reads: '${reads}',
  matched: false,
  order: 'problems',
  schema: () =>
    z.strictObject({
      id: z.string().describe('the sample'),
      pair_id: z.string().describe('the problem'),
      answer: z.string().describe('the answer'),
      keep: z.boolean().describe('whether the filters keep it'),
      license: z.string().describe('licence of the problem'),
    }),
  rows: ({ problem, samples }) =>
    samples.map(({ trace, decision }) => ({
      id: trace.key,
      pair_id: problem.id,
      answer: trace.answer,
      keep: decision.keep,
      license: problem.license,
    })),
}
`
}

test('an export that is not one row a pair is a file and a line, and the ledger adds up by its own rule', async () => {
  await using folder = await temporaryFolder()
  const copy = join(folder.path, 'copy')
  for (const room of rooms) await cp(join(root, room), join(copy, room), { recursive: true })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  await writeFile(join(copy, 'output/exports/attempts.ts'), exportOfSamples('attempts', 'all'))
  await writeFile(join(copy, 'output/exports/accepted.ts'), exportOfSamples('accepted', 'kept'))
  const registry = join(copy, 'output/exports/registry.ts')
  const text = await readFile(registry, 'utf8')
  await writeFile(
    registry,
    `import { accepted } from './accepted.ts'\nimport { attempts } from './attempts.ts'\n${text.replace('= [pairs,', '= [accepted, attempts, pairs,')}`,
  )
  const arm = { teacher: 'qwen3', endpoint: 'teacher', model: 'Qwen/Qwen3-8B', samples: 2 }
  const configs = ['pairs', 'attempts', 'ift', 'accepted']
  const recipe = await writeRecipe(folder.path, {
    name: 'unmatched',
    problems: { builtin: { count: 40, seed: 1 }, per_shard: 10 },
    endpoints: { teacher: { base_url: 'simulated', dialect: 'vllm' } },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
    },
    write: { configs, shard_bytes: 30_000 },
  })
  const command = [join(copy, 'pipeline/cli.ts'), 'distill', recipe]
  await promisify(execFile)(process.execPath, command, { cwd: folder.path })
  const run = join(folder.path, 'runs/unmatched')
  const dataset = join(run, 'dataset')

  expect(await checkManifest(dataset)).toEqual([])
  const { exports, files } = await readManifest(dataset)
  const filesOf = (name: string) => files.filter(({ config }) => config === name)
  const rowsOf = async (name: string): Promise<Record<string, unknown>[]> => {
    const rows: Record<string, unknown>[] = []
    for (const { path } of filesOf(name))
      for await (const row of readParquetRows(join(dataset, path))) rows.push(row)
    return rows
  }
  const stored: { id: string; keep: boolean }[] = []
  for (let shard = 0; shard < 4; shard++)
    for await (const { key, keep } of readPart(run, 'decisions', shard)) stored.push({ id: key, keep })
  const [attempts, accepted] = [await rowsOf('attempts'), await rowsOf('accepted')]
  expect(attempts.map(({ id, keep }) => ({ id, keep }))).toEqual(stored)
  expect(accepted.map(({ id }) => id)).toEqual(stored.filter(({ keep }) => keep).map(({ id }) => id))
  // Matched configurations are cut at the same pairs; the others fill shards of their own.
  expect(filesOf('ift').map(({ rows }) => rows)).toEqual(filesOf('pairs').map(({ rows }) => rows))
  expect(filesOf('pairs').length).toBeGreaterThan(1)
  expect(filesOf('attempts').map(({ rows }) => rows)).not.toEqual(filesOf('pairs').map(({ rows }) => rows))

  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  expect(ledger.exports).toEqual(exports)
  expect(exports.map(({ name, samples, rows }) => [name, samples, rows])).toEqual([
    ['pairs', 2 * ledger.pairs.paired, ledger.pairs.paired],
    ['attempts', 160, 160],
    ['ift', 2 * ledger.pairs.paired, ledger.pairs.paired],
    ['accepted', accepted.length, accepted.length],
  ])
  expect(ledgerFaults(ledger)).toEqual([])
  const broken = ledger.exports.map((one) => ({ ...one, samples: one.samples - 1, rows: one.rows - 1 }))
  expect(ledgerFaults({ ...ledger, exports: broken })).toEqual(
    [
      'pairs: samples read = samples selected',
      'pairs: rows = pairs',
      'attempts: samples read = samples all',
      'ift: samples read = samples selected',
      'ift: rows = pairs',
      'accepted: samples read = samples kept',
    ].map((fault) => expect.stringContaining(fault)),
  )
  const card = await readFile(join(dataset, 'README.md'), 'utf8')
  expect(card).toContain('In `pairs`, `ift` ids, order and number of rows are the same')
  expect(card).toContain('- `attempts`: it is made of every answer, also of those that the filters dropped')
})
