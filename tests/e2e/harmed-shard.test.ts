import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import type { CommandIo } from '../../pipeline/commands/io.ts'
import { runStagesCommand } from '../../pipeline/commands/stages/run-command.ts'
import { createReporter } from '../../pipeline/reporter/create-reporter.ts'
import { createTally } from '../../pipeline/reporter/tally.ts'
import { openRedactor } from '../../store/secrets/redact.ts'
import { lastWritten } from '../../store/run/written-event.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('the date of a dataset is on disk before the dataset is, and a shard that was harmed is written again', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe('simulated', { problems: { builtin: { count: 6, seed: 1 } } }),
  )
  const run = join(folder.path, 'run')
  const dataset = join(run, 'dataset')
  // A clock that counts, and remembers at which of its times there was a dataset.
  const wasThere = new Set<string>()
  let time = Date.UTC(2026, 0, 1)
  const now = (): number => {
    time += 1
    if (existsSync(dataset)) wasThere.add(new Date(time).toISOString())
    return time
  }
  await runStagesCommand(
    { name: 'distill', recipePath: recipe },
    { run, strict: false },
    ioOf(folder.path, now),
  )
  const manifest = await readManifest(dataset)
  const at = await lastWritten(run, manifest.recipe)
  expect(wasThere.size).toBeGreaterThan(0)
  expect([at === undefined, wasThere.has(at!)]).toEqual([false, false])

  const shard = join(dataset, manifest.files[0]!.path)
  const bytes = await readFile(shard)
  bytes[200]! ^= 1
  await writeFile(shard, bytes)
  expect(await checkManifest(dataset)).toHaveLength(1)
  const again = await runCli(['distill', recipe, '--run', run], { cwd: folder.path })
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('wrote')])
  expect(await checkManifest(dataset)).toEqual([])
  expect((await readManifest(dataset)).files).toEqual(manifest.files)
  const idle = await runCli(['distill', recipe, '--run', run], { cwd: folder.path })
  expect([idle.code, idle.stderr]).toEqual([0, expect.stringContaining('is up to date')])
})

function ioOf(cwd: string, now: () => number): CommandIo {
  const streams = { stderr: new PassThrough().resume(), stdout: new PassThrough().resume() }
  const tally = createTally(now)
  return {
    environment: {},
    cwd,
    reporter: createReporter(streams as never, { json: true, form: 'off', tally, now }),
    figures: () => tally.figures(),
    keys: openRedactor([]),
    stdin: process.stdin,
    stdout: process.stdout,
    now,
    random: Math.random,
  }
}
