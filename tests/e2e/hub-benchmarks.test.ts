import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import { startHub } from '../../simulators/hub/start.ts'
import { jsonLines, pushDataset } from '../support/hub-dataset.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const item =
  'A gardener plants 36 roses in rows so that each row has as many roses as there are rows, and then adds 14 tulips.'

test('a benchmark of the Hub is read at its commit, once, and each mistake has one line', async () => {
  await using folder = await temporaryFolder()
  const hub = await startHub({ folder: join(folder.path, 'hub') })
  const commit = await pushDataset(hub, 'demo-org/bench', {
    'README.md': '# Bench\n',
    'data/test.jsonl': jsonLines([{ id: 'rose 1', problem: item }]),
  })
  const problems = (rows: readonly string[]): Promise<void> =>
    writeFile(
      join(folder.path, 'problems.jsonl'),
      jsonLines(rows.map((problem) => ({ problem, answer: '1' }))),
    )
  const start = async (file: string, endpoint = hub.url): Promise<CliResult> => {
    const filter = { contamination: { benchmarks: { roses: { file, revision: 'first' } } } }
    const recipe = smallRecipe('http://127.0.0.1:9/v1', { problems: { files: 'problems.jsonl' }, filter })
    return runCli(['problems', await writeRecipe(folder.path, recipe)], {
      cwd: folder.path,
      environment: { HF_ENDPOINT: endpoint, HF_TOKEN: hub.token },
    })
  }
  const lost = async (): Promise<unknown> => {
    const text = await readFile(join(folder.path, 'runs/small/ledger.json'), 'utf8')
    return Ledger.parse(JSON.parse(text)).problems.lost
  }
  const pinned = `hub:demo-org/bench@${commit}/data/test.jsonl`
  await problems([`Please: ${item}`, 'What is two plus three?'])

  for (const [file, endpoint, line] of [
    ['hub:demo-org/bench@main/data/test.jsonl', hub.url, 'wants the commit that it is read at, 40 digits'],
    ['hub:bench/data/test.jsonl', hub.url, 'is no file of the Hub; write hub:ORG/NAME@COMMIT/PATH'],
    [pinned.replace('test.jsonl', 'tset.jsonl'), hub.url, 'did you mean data/test.jsonl?'],
    [pinned.replace(commit, 'ab'.repeat(20)), hub.url, `no dataset demo-org/bench with the commit abab`],
    [pinned, 'http://127.0.0.1:9', 'cannot be reached'],
  ] as const) {
    const { code, stderr } = await start(file, endpoint)
    const lines = stderr.split('\n').filter((each) => each !== '')
    expect([code === 0, lines.at(-1)]).toEqual([false, expect.stringContaining(line)])
  }

  expect(await start(pinned)).toMatchObject({ code: 0 })
  expect(await lost()).toEqual({ contaminated: 1 })

  const kept = join(folder.path, 'runs/small/filter-files/demo-org--bench', commit, 'data/test.jsonl')
  const changed = jsonLines([{ id: 'rose 1', problem: 'What is two plus three?' }])
  await writeFile(kept, changed)
  const again = await start(pinned)
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('it is loaded again')])
  expect(await readFile(kept, 'utf8')).toContain('A gardener')

  // One that an earlier version loaded has no digest beside it: the Hub is asked which it is.
  await rm(`${kept}.loaded-sha256`)
  expect((await start(pinned)).stderr).not.toContain('loading data/test.jsonl')
  await writeFile(kept, changed)
  await rm(`${kept}.loaded-sha256`)
  expect((await start(pinned)).stderr).toContain('loading data/test.jsonl')
  expect(await lost()).toEqual({ contaminated: 1 })

  await hub.close()
  await writeFile(kept, changed)
  const alone = await start(pinned, 'http://127.0.0.1:9')
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('cannot be reached')])
  await writeFile(kept, jsonLines([{ id: 'rose 1', problem: item }]))
  await problems([`Please: ${item}`, item, 'What is two plus three?'])
  expect(await start(pinned, 'http://127.0.0.1:9')).toMatchObject({ code: 0 })
  expect(await lost()).toEqual({ contaminated: 2 })
})
