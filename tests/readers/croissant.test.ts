import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { runCli } from '../support/run-cli.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { hasPython, runPython } from './python.ts'

const work = mkdtempSync(join(tmpdir(), 'twinstill-croissant-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

test.skipIf(!hasPython)('the Croissant file is valid and leads its reader to every row', async () => {
  const configs = ['pairs', 'reasoning', { export: 'mix', form: 'prompt_completion' }, 'rl', 'grouped']
  const recipe = await writeRecipe(
    work,
    smallRecipe('simulated', { write: { configs, shard_bytes: '60kB' } }),
  )
  expect(await runCli(['distill', recipe], { cwd: work })).toMatchObject({ code: 0 })
  const dataset = join(work, 'runs/small/dataset')
  const { exports, files } = await readManifest(dataset)
  expect(files.length).toBeGreaterThan(exports.length)
  expect(runPython('croissant.py', dataset)).toEqual({
    errors: [],
    rows: Object.fromEntries(exports.map(({ name, rows }) => [name, rows])),
  })
})
