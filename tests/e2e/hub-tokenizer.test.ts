import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRepo, uploadFiles } from '@huggingface/hub'
import { expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import type { Trace } from '../../schemas/trace.ts'
import { startHub } from '../../simulators/hub/start.ts'
import { readPart } from '../../store/parts/part.ts'
import { loadTokenizer } from '../../teachers/cost/supplied-tokenizer.ts'
import { writeTokenizer } from '../teachers/support/made-tokenizer.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const nowhere = 'http://127.0.0.1:9'

test('lengths are counted with a tokenizer of the Hub, which is loaded once and changes nothing that was asked', async () => {
  await using folder = await temporaryFolder()
  const hub = await startHub({ folder: join(folder.path, 'hub') })
  const file = await writeTokenizer(folder.path)
  const at = {
    repo: { type: 'model' as const, name: 'demo-org/student' },
    hubUrl: hub.url,
    accessToken: hub.token,
  }
  await createRepo(at)
  const content = new Blob([await readFile(file)])
  await uploadFiles({ ...at, useXet: false, files: [{ path: 'tokenizer.json', content }] })
  const commit = hub.repo('demo-org/student', 'model')!.branches.get('main')!
  const start = async (
    tokenizer: string | undefined,
    { endpoint = nowhere, filter = {} }: { endpoint?: string; filter?: RecipeTree } = {},
  ): Promise<CliResult> => {
    const recipe = smallRecipe('simulated', { filter })
    const arms = recipe['arms'] as Record<string, RecipeTree>
    const path = await writeRecipe(folder.path, {
      ...recipe,
      // A model that nothing is known of here.
      arms: {
        ...arms,
        ift: {
          ...arms['ift'],
          teacher: 'generic',
          model: 'demo-org/student',
          extra_body: { chat_template_kwargs: { enable_thinking: false } },
          ...(tokenizer !== undefined && { tokenizer }),
        },
      },
    })
    return runCli(['distill', path, '--run', 'run'], {
      cwd: folder.path,
      environment: { HF_ENDPOINT: endpoint, HF_TOKEN: hub.token },
    })
  }
  const run = join(folder.path, 'run')
  const traces = async (): Promise<Trace[]> => {
    const all: Trace[] = []
    for (let shard = 0; shard < 3; shard++)
      for await (const trace of readPart(run, 'traces', shard)) all.push(trace)
    return all
  }
  const ledger = async (): Promise<Ledger> =>
    Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))

  for (const [tokenizer, endpoint, line] of [
    ['own', hub.url, 'own is not known here for another model; write hub:ORG/NAME@COMMIT'],
    ['hub:demo-org/student@main', hub.url, 'wants the commit that it is read at, 40 digits'],
    [`hub:demo-org/student@${commit}/tokeniser.json`, hub.url, 'did you mean tokenizer.json?'],
    [
      `hub:demo-org/student@${'ab'.repeat(20)}`,
      hub.url,
      'has no model demo-org/student with the commit abab',
    ],
    [`hub:demo-org/student@${commit}`, nowhere, 'cannot be reached'],
  ] as const) {
    const { code, stderr } = await start(tokenizer, { endpoint })
    const lines = stderr.split('\n').filter((each) => each !== '')
    expect([code === 0, lines.at(-1)]).toEqual([false, expect.stringContaining(line)])
  }

  expect(await start(undefined)).toMatchObject({ code: 0 })
  const before = await traces()
  const { spend } = await ledger()
  expect(new Set(before.map((trace) => trace.tokenizer))).toEqual(new Set(['o200k_harmony']))
  const card = join(run, 'dataset/README.md')
  expect(await readFile(card, 'utf8')).toContain(
    'Lengths of `ift`, `reasoning` are counted with `o200k_harmony`, not with a vocabulary of their own',
  )

  const pinned = `hub:demo-org/student@${commit}`
  expect(await start(pinned, { endpoint: hub.url })).toMatchObject({ code: 0 })
  const { name, count } = loadTokenizer(file)
  const after = await traces()
  expect(after).toEqual(
    before.map((trace) =>
      trace.arm !== 'ift'
        ? trace
        : {
            ...trace,
            tokenizer: name,
            reasoning_tokens: count(trace.reasoning),
            answer_tokens: count(trace.answer),
          },
    ),
  )
  expect((await ledger()).spend).toEqual(spend)
  expect(await readFile(card, 'utf8')).toMatch(
    /Lengths of `reasoning` are counted with `o200k_harmony`.* Lengths of `ift` are counted with the tokenizer that the recipe names\. Tokens of different tokenizers/u,
  )

  // The bounds of a filter are in these tokens: between the two counts of an answer, it decides another way.
  await hub.close()
  const lengths = after.filter(({ arm }) => arm === 'ift').map((trace) => trace.answer_tokens)
  const shared = before.filter(({ arm }) => arm === 'ift').map((trace) => trace.answer_tokens)
  const max = shared.toSorted((a, b) => a - b)[Math.floor(shared.length / 2)]!
  expect(Math.min(...lengths)).toBeLessThan(Math.max(...lengths))
  const bounded = { length: { thinking: {}, non_thinking: { answer: { max } } } }
  expect(await start(pinned, { filter: bounded })).toMatchObject({ code: 0 })
  const lost = (await ledger()).samples
    .filter(({ arm }) => arm === 'ift')
    .reduce((sum, row) => sum + (row.lost['answer_too_long'] ?? 0), 0)
  expect(lost).toBeGreaterThan(shared.filter((tokens) => tokens > max).length)

  const kept = join(run, 'tokenizers/demo-org--student', commit, 'tokenizer.json')
  await writeFile(kept, '{}')
  expect((await start(pinned)).stderr).toContain('it is loaded again')
  await rm(kept)
  expect(await start(pinned)).toMatchObject({ code: 1 })
})
