import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { readPart } from '../../store/parts/part.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { Verdict } from '../../schemas/verdict.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { scriptedEndpoint, type ScriptedReply, type ScriptedRequest } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Twelve questions; of every four the teacher answers three right, one of these in words that no rule reads. */
const rows = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  problem: `How many apples are ${index + 1} baskets of ${index + 2}?`,
  answer: String((index + 1) * (index + 2)),
}))

function teach({ message }: ScriptedRequest): string {
  const index = rows.findIndex((row) => message.startsWith(row.problem))
  const { answer } = rows[index]!
  if (index % 4 === 3) return `It is \\boxed{${Number(answer) + 1}}.`
  return index % 4 === 2 ? `It is \\boxed{as many as ${answer} say}.` : `It is \\boxed{${answer}}.`
}

/** Right where the number of the reference stands in the answer. */
function judge({ message }: ScriptedRequest): string {
  const [, gold, answer] = /<reference_answer>\n(.*)\n<\/reference_answer>[^]*<student_answer>\n(.*)\n</.exec(
    message,
  )!
  return `1. ${gold}; ${answer}\n2. \\boxed{${answer!.split(/\D+/).includes(gold!) ? 'Yes' : 'No'}}`
}

type Reply = (request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>

async function setUp(reply: Reply = judge) {
  const folder = await temporaryFolder()
  const teacher = await scriptedEndpoint(teach)
  const judges = await scriptedEndpoint(reply)
  onTestFinished(async () => {
    await judges[Symbol.asyncDispose]()
    await teacher[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  await writeFile(join(folder.path, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const recipe = (section: RecipeTree | null = {}, changes: RecipeTree = {}): Promise<string> =>
    writeRecipe(folder.path, {
      name: 'judged',
      problems: { files: 'problems.jsonl', fields: { id: 'id' }, per_shard: 6 },
      endpoints: {
        teacher: { base_url: teacher.baseUrl },
        judge: {
          base_url: judges.baseUrl,
          retries: 0,
          max_in_flight: 1,
          price: { input: 10, output: 100, date: '2025-01-01' },
        },
      },
      arms: {
        ift: { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' },
      },
      // The scripted teacher has answers to its own problems only.
      generate: { probe: 'never' },
      ...(section && {
        verify: { judge: { endpoint: 'judge', teacher: 'generic', model: 'j', ...section } },
      }),
      ...changes,
    })
  const cli = (command: string, path: string, ...flags: string[]) =>
    runCli([command, path, ...flags], { cwd: folder.path })
  const run = join(folder.path, 'runs/judged')
  const ledger = async (): Promise<Ledger> => {
    const settled = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
    expect(ledgerFaults(settled)).toEqual([])
    return settled
  }
  return { folder, teacher, judges, recipe, cli, run, ledger }
}

/** Without what a kill left under a temporary name. */
async function bytesOf(folder: string): Promise<Record<string, string>> {
  const digests = Object.entries(await folderDigest(folder))
  return Object.fromEntries(digests.filter(([path]) => !path.startsWith('.')))
}

async function verdictsOf(run: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const shard of [0, 1])
    for await (const verdict of readPart(run, 'verdicts', shard)) verdicts.push(verdict)
  return verdicts
}

test('a judge is asked about what the rules reject, once, and its word is kept beside theirs', async () => {
  const { judges, recipe, cli, run, ledger } = await setUp()
  expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })

  const verdicts = await verdictsOf(run)
  expect(verdicts.filter((verdict) => verdict.verdict === 'correct')).toHaveLength(9)
  expect(verdicts.filter((verdict) => verdict.verdict_rule === 'correct')).toHaveLength(6)
  const rescued = verdicts.filter((verdict) => verdict.verdict_source === 'judge')
  expect(rescued.map(({ verdict, verdict_judge, path }) => [verdict, verdict_judge, path])).toEqual(
    Array.from({ length: 3 }, () => ['correct', 'correct', 'judge']),
  )
  expect(verdicts.filter((verdict) => verdict.verdict_source === 'both')).toHaveLength(3)
  // It never saw the solution, and it decodes greedily.
  expect(judges.requests).toHaveLength(6)
  expect(judges.requests.every(({ message }) => !message.includes('It is'))).toBe(true)
  expect(new Set(judges.requests.map(({ temperature }) => temperature))).toEqual(new Set([0]))
  expect((await ledger()).spend.at(-1)).toEqual({
    arm: 'judge',
    requests: 6,
    retries: 0,
    prompt_tokens: 600,
    cached_tokens: 0,
    completion_tokens: 60,
    estimated_tokens: 0,
    cost_usd: expect.closeTo(0.012, 9) as number,
    unsettled: 0,
  })

  // Another threshold, another policy: nothing is bought twice, and the judge's word stays.
  expect(await cli('distill', await recipe({ policy: 'rule' }, { filter: { length: false } }))).toMatchObject(
    {
      code: 0,
    },
  )
  expect((await ledger()).pairs.paired).toBe(6)
  expect((await verdictsOf(run)).filter((verdict) => verdict.verdict_judge === 'correct')).toHaveLength(3)
  expect(judges.requests).toHaveLength(6)
})

test('a judge can be asked about everything, and a run without it still knows what it has cost', async () => {
  const { judges, recipe, cli, ledger } = await setUp()
  expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })
  expect((await ledger()).pairs.paired).toBe(9)
  // The right ones are new questions.
  expect(await cli('distill', await recipe({ when: 'all', policy: 'intersection' }))).toMatchObject({
    code: 0,
  })
  expect(judges.requests).toHaveLength(12)
  expect((await ledger()).pairs.paired).toBe(6)
  expect(await cli('distill', await recipe(null))).toMatchObject({ code: 0 })
  expect(await ledger()).toMatchObject({ pairs: { paired: 6 }, spend: [{}, { arm: 'judge', requests: 12 }] })
})

test('a jury of three decides by majority, and what cannot be read decides nothing', async () => {
  const { judges, recipe, cli, run } = await setUp(({ model, message }) =>
    model === 'contrary'
      ? '\\boxed{Yes}'
      : model === 'mute'
        ? 'I cannot tell.'
        : judge({ message, model, temperature: 0, seed: 0 }),
  )
  expect(
    await cli('distill', await recipe({ jury: [{ model: 'mute' }, { model: 'contrary' }] })),
  ).toMatchObject({
    code: 0,
  })
  expect(judges.requests.map(({ model }) => model).toSorted()).toEqual(
    ['contrary', 'j', 'mute'].flatMap((model) => Array.from({ length: 6 }, () => model)),
  )
  const judged = (await verdictsOf(run)).filter(({ verdict_judge }) => verdict_judge !== null)
  expect(judged.map(({ verdict_judge }) => String(verdict_judge)).toSorted()).toEqual(
    ['correct', 'undecided'].flatMap((verdict) => Array.from({ length: 3 }, () => verdict)),
  )
  // The rules said wrong of those that the jury could not agree on.
  expect(judged.filter(({ verdict }) => verdict === 'incorrect')).toHaveLength(3)
})

test('a judge that fails ends the run without a verdict, and the next start asks only what has no reply', async () => {
  let broken = true
  const { judges, recipe, cli, run } = await setUp((request) =>
    broken && request.message.includes('baskets of 5?') ? { status: 500 } : judge(request),
  )
  const failed = await cli('distill', await recipe())
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.stderr).toMatch(
    /error: the judge j did not answer about problem [0-9a-f]+: .*no verdict was made of it/,
  )
  expect(failed.stderr).toContain('Go on with: npm run distill -- ')
  broken = false
  const before = judges.requests.map(({ seed }) => seed)
  expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })
  const after = judges.requests.slice(before.length)
  expect(after.filter(({ message }) => message.includes('baskets of 5?'))).toHaveLength(1)
  expect(new Set(judges.requests.map(({ message }) => message)).size).toBe(6)
  expect(judges.requests).toHaveLength(7)
  expect((await verdictsOf(run)).filter(({ verdict }) => verdict === 'correct')).toHaveLength(9)
})

test('an unreachable judge is named before anything is decided', async () => {
  const { recipe, cli } = await setUp()
  const path = await recipe({}, {})
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace(/(judge:\n\s+base_url: ).*/, '$1http://127.0.0.1:1/v1'))
  const result = await cli('distill', path)
  expect(result).toMatchObject({ code: 1 })
  expect(result.stderr).toMatch(/error: endpoint judge \(http:\/\/127\.0\.0\.1:1\/v1\): /)
})

test('killed and stopped while judges are asked, a run ends in the bytes of an undisturbed one', async () => {
  let gate: PromiseWithResolvers<void> | undefined
  const { judges, recipe, cli, run, folder, ledger } = await setUp(async (request) => {
    await gate?.promise
    return judge(request)
  })
  const path = await recipe()
  expect(await cli('distill', path, '--run', 'runs/calm')).toMatchObject({ code: 0 })
  judges.requests.length = 0

  gate = Promise.withResolvers()
  const killed = startCli(['distill', path], { cwd: folder.path })
  while (judges.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  killed.child.kill('SIGKILL')
  await killed.ended
  gate.resolve()

  gate = Promise.withResolvers()
  const stopped = startCli(['distill', path], { cwd: folder.path })
  while (judges.requests.length === 1) await new Promise((resolve) => setTimeout(resolve, 5))
  stopped.child.kill('SIGINT')
  // The question under way is answered only after the signal was heard, so that no other one follows it.
  stopped.child.stderr!.on('data', (text) => String(text).includes('stopping:') && gate?.resolve())
  expect(await stopped.ended).toMatchObject({ code: 3 })
  expect(judges.requests).toHaveLength(2)

  gate = undefined
  expect(await cli('distill', path)).toMatchObject({ code: 0 })
  for (const kind of ['verdicts', 'decisions', 'pairs', 'dataset'])
    expect(await bytesOf(join(run, kind))).toEqual(await bytesOf(join(folder.path, 'runs/calm', kind)))
  // One question was cut off by the kill and had to be asked again; the one that was waited for was not.
  expect(judges.requests).toHaveLength(7)
  expect((await ledger()).spend.at(-1)).toMatchObject({ requests: 6, unsettled: 1 })
})

test('judges are under the budget too, and what they cost without a pair is in the ledger', async () => {
  const { teacher, judges, recipe, cli, run, ledger } = await setUp()
  const prices = { price: { input: 10, output: 100, date: '2025-01-01' } }
  const free = { price: { input: 0, output: 0, date: '2025-01-01' } }
  const small = (budget: RecipeTree): Promise<string> =>
    recipe(
      {},
      {
        budget,
        endpoints: {
          teacher: { base_url: teacher.baseUrl, ...free },
          judge: { base_url: judges.baseUrl, max_in_flight: 1, ...prices },
        },
      },
    )
  expect(await cli('distill', await small({ usd: 0.6 }))).toMatchObject({ code: 0 })
  expect((await ledger()).tokens.at(-1)).toMatchObject({
    arm: 'judge',
    stage: 'verified',
    reason: 'judging',
    prompt_tokens: 600,
    completion_tokens: 60,
    cost_usd: expect.closeTo(0.012, 9) as number,
  })
  const calm = await bytesOf(join(run, 'dataset'))
  await rm(run, { recursive: true })

  // A reply may cost $0.11 by its limit and costs $0.002, so that two of six are bought.
  judges.requests.length = 0
  const stopped = await cli('distill', await small({ usd: 0.115 }))
  expect(stopped).toMatchObject({ code: 3 })
  expect(stopped.stderr).toMatch(/the budget is used up: \$0\.00\d+ of \$0\.115 \(budget\.usd\) spent/)
  const asked = judges.requests.length
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(6)
  expect(await cli('distill', await small({ usd: 0.6 }))).toMatchObject({ code: 0 })
  expect(judges.requests).toHaveLength(6)
  expect(await bytesOf(join(run, 'dataset'))).toEqual(calm)
})

test('mistakes in the section are named', async () => {
  const { recipe, cli } = await setUp()
  const refused = async (section: RecipeTree, changes: RecipeTree = {}): Promise<string> => {
    const { code, stderr } = await cli('distill', await recipe(section, changes))
    expect(code).toBe(2)
    return stderr
  }
  expect(await refused({ endpoint: 'jugde' })).toContain(
    'verify.judge.endpoint: there is no `jugde`; did you mean `judge`?',
  )
  expect(await refused({ policy: 'intersection' })).toContain('the policy `intersection` needs `when: all`')
  expect(await refused({ teacher: 'qwen33' })).toContain('did you mean "qwen3"?')
  expect(await refused({ wen: 'all' })).toMatch(/unknown key `verify\.judge\.wen`; did you mean `when`\?/)
  const arm = { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' }
  expect(await refused({}, { arms: { judge: arm } })).toContain('arms.judge: the ledger calls the judge')
})

test('a budget that ends while judges are asked leaves a dataset of what they have judged, and goes on with more', async () => {
  const { teacher, judges, recipe, cli, run, ledger } = await setUp()
  const free = { base_url: teacher.baseUrl, price: { input: 0, output: 0, date: '2025-01-01' } }
  const paid = {
    base_url: judges.baseUrl,
    retries: 0,
    max_in_flight: 1,
    price: { input: 10, output: 100, date: '2025-01-01' },
  }
  const selecting = (usd: number): Promise<string> =>
    recipe(
      { when: 'all', max_tokens: 64 },
      {
        endpoints: { teacher: free, judge: paid },
        select: { pairs: 13, within: 'budget' },
        budget: { usd },
      },
    )
  const { code, stderr } = await cli('distill', await selecting(0.02))
  expect(stderr).toMatch(/error: \d+ of 13 pairs: the dataset has no more\. The budget is used up/)
  expect(stderr).toContain('13 pairs are wanted of 12 problems')
  expect(code).toBe(3)
  const first = await ledger()
  expect(first.pairs.written).toBe(first.pairs.paired)
  const { chosen, asked: settled } = first.selection!.strata['all']!
  expect(settled).toBeLessThan(chosen)
  const asked = judges.requests.length
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(12)
  // Every verdict in the parts is one that the judge was asked for.
  for await (const verdict of readPart(run, 'verdicts', 0)) expect(verdict.verdict_judge).not.toBeNull()

  const { code: end } = await cli('distill', await selecting(5))
  expect(end).toBe(4)
  const last = await ledger()
  expect(last.selection!.strata['all']!).toMatchObject({ problems: 12, chosen: 12, asked: 12 })
  expect(last.pairs.written).toBeGreaterThan(first.pairs.written)
  const questions = judges.requests.map(({ message }) => message)
  expect(new Set(questions).size).toBe(questions.length)
})
