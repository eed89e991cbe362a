import { glob, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readJournal } from '../../store/journal/reader.ts'
import { defaultInstructions } from '../../verifiers/all-verifiers.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { sampleSeed } from '../../schemas/arm.ts'
import type { Outcome } from '../../schemas/journal.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { Probe } from '../../schemas/probe.ts'
import type { FinishState } from '../../schemas/trace.ts'
import { isField } from '../../teachers/reply/reasoning-places.ts'
import { FaultName, type SimulatorInput } from '../../simulators/teacher/options.ts'
import type { RequestRecord } from '../../simulators/teacher/server/request-log.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { isKnownReason } from '../../pipeline/stages/all-reasons.ts'
import { reasonsIn } from '../support/ledger-reasons.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { expectedOf } from './expected-faults.ts'

const problems = 260

/** Rare enough to be a bad day and no outage; those that stop a run are rarer still. */
const rates: Partial<Record<FaultName, number>> = {
  ...Object.fromEntries(FaultName.options.map((name) => [name, 0.006])),
  insufficient_quota: 0.0008,
  http_402: 0.0008,
  seed_ignored: 0.06,
}

const manners: SimulatorInput = {
  faults: rates,
  rates: { chinese_answer: 0.01, loop: 0.02, unclosed_think: 0.01, empty_content: 0.01 },
  length_scale: 0.2,
  retry_after_s: 0.2,
  long_retry_after_s: 1.5,
  slow_headers_ms: 400,
  keep_alive_count: 20,
  keep_alive_ms: 30,
  first_token_ms: 5,
}

/** One endpoint for each way of answering, each with every fault. */
const endpoints = {
  both_fields: { dialect: 'vllm', shape: 'both', stream: false },
  router: { dialect: 'openrouter', shape: 'reasoning_details', stream: true },
  template: { dialect: 'sglang', shape: 'closing_tag_only', stream: false },
  harmony: { dialect: 'vllm', shape: 'harmony_raw', stream: true },
} as const

const arms = {
  ift: { role: 'ift', teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'both_fields' },
  reasoning: { role: 'reasoning', teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'router' },
  r1: { role: 'r1', teacher: 'deepseek-r1', model: 'deepseek-ai/DeepSeek-R1', endpoint: 'template' },
  gptoss: { role: 'gptoss', teacher: 'gpt-oss', model: 'openai/gpt-oss-20b', endpoint: 'harmony' },
} as const

const longInstructions = Object.fromEntries(
  Object.entries(defaultInstructions).map(([task, text]) => [
    task,
    `${'Take your time, write one step a line, and check every step before you go on. '.repeat(40)}${text}`,
  ]),
)

type Sample = {
  arm: keyof typeof arms
  seed: number
  finish: FinishState
  error: string
  /** Every request for it that the teacher saw, in order. */
  requests: RequestRecord[]
  /** What the journal says in the end, and every outcome before that. */
  outcome: Outcome
  earlier: Outcome[]
}

test(`with every fault at once a run of ${problems * 8} samples ends, and each fault ends as it should`, async () => {
  await using folder = await temporaryFolder()
  await using stack = new AsyncDisposableStack()
  const log = join(folder.path, 'teacher.jsonl')
  const served: Record<string, object> = {}
  for (const [name, { dialect, shape, stream }] of Object.entries(endpoints)) {
    const models = Object.values(arms).map(({ model }) => model)
    const teacher = stack.use(await simulatedTeacher({ ...manners, models, dialect: shape }, log))
    served[name] = { base_url: teacher.baseUrl, dialect, stream, max_in_flight: 24, deadline_seconds: 3 }
  }
  const recipe = await writeRecipe(folder.path, {
    name: 'faults',
    problems: { builtin: { count: problems, seed: 1 }, per_shard: 65 },
    // Long enough that a server could have cut it.
    instructions: longInstructions,
    endpoints: served,
    arms: Object.fromEntries(
      Object.entries(arms).map(([name, arm]) => [name, { ...arm, samples: 2, max_tokens: 2500 }]),
    ),
  })
  const run = join(folder.path, 'run')

  const stops: string[] = []
  let last
  do {
    last = await runCli(['distill', recipe, '--run', run], { cwd: folder.path })
    if (last.code === 3) stops.push(last.stderr.trimEnd().split('\n').at(-2) ?? '')
  } while (last.code === 3 && stops.length < 60)
  if (last.code !== 0)
    throw new Error(`exit code ${last.code} after ${stops.length} stops: ${last.stderr.slice(-1500)}`)

  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  const requests = await readLog(log)
  const samples = await readSamples(run, requests)
  console.log(formatFaults(samples, requests))
  console.log(formatSpoils(samples))
  console.log(
    `${samples.length} samples, ${requests.length} requests, ${stops.length} stops:\n${stops.join('\n')}`,
  )

  expect(ledgerFaults(ledger)).toEqual([])
  expect(samples).toHaveLength(problems * 8)
  expect(ledger.samples.filter(({ stage }) => stage === 'planned').map((row) => row.out)).toEqual(
    Object.keys(arms).map(() => problems * 2),
  )
  expect(boughtTwice(samples)).toEqual([])
  expect(notPlayed(requests)).toEqual([])
  // An outcome that was asked for again was a failure that may be asked again.
  for (const outcome of samples.flatMap(({ earlier }) => earlier))
    expect(outcome).toMatchObject({ type: 'failed', retryable: true })
  // Two endpoints that refuse in one start stop it once.
  expect(stops.length).toBeGreaterThan(0)
  expect(stops.length).toBeLessThanOrEqual(requests.filter(({ fault }) => stopsRun(fault)).length)
  for (const sample of samples) expect(attemptCodes(sample)).toEqual(expectedCodes(sample))
  const readAnywhere = await armsReadAnywhere(run)
  expect(readAnywhere.size).toBeLessThan(Object.keys(arms).length)
  expect(samples.flatMap((sample) => wrongEnd(sample, readAnywhere))).toEqual([])
  checkReasons(samples, ledger)
  // Every request that the teacher saw is in the ledger, those of a run that was stopped as well.
  const spent = ledger.spend.reduce((sum, arm) => sum + arm.requests, 0)
  expect(reasonsIn(ledger).filter((reason) => !isKnownReason(reason))).toEqual([])
  const unsettled = ledger.spend.reduce((sum, arm) => sum + arm.unsettled, 0)
  expect({ spent, unsettled }).toEqual({ spent: requests.length, unsettled: 0 })
})

async function readLog(log: string): Promise<RequestRecord[]> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as RequestRecord)
}

async function readSamples(run: string, requests: RequestRecord[]): Promise<Sample[]> {
  const bySeed = Map.groupBy(requests, ({ seed }) => seed)
  const outcomes = await readOutcomes(run)
  const samples: Sample[] = []
  for await (const part of glob(join(run, 'traces', 'part-*.parquet'))) {
    for await (const row of readParquetRows(part, { columns: ['key', 'arm', 'finish_state', 'error'] })) {
      const seed = sampleSeed(String(row['key']))
      samples.push({
        arm: row['arm'] as keyof typeof arms,
        seed,
        finish: row['finish_state'] as FinishState,
        error: String(row['error']),
        requests: bySeed.get(seed) ?? [],
        outcome: outcomes.get(seed)!.at(-1)!,
        earlier: outcomes.get(seed)!.slice(0, -1),
      })
    }
  }
  return samples
}

async function readOutcomes(run: string): Promise<Map<number, Outcome[]>> {
  const outcomes = new Map<number, Outcome[]>()
  const journal = join(run, 'journal', 'generate')
  for (const shard of await readdir(journal)) {
    for await (const { line } of readJournal(join(journal, shard)))
      if (line.type === 'answered' || line.type === 'failed') {
        const seed = sampleSeed(line.key)
        outcomes.set(seed, [...(outcomes.get(seed) ?? []), line])
      }
  }
  return outcomes
}

/** Arms whose probe was hit by the fault itself, so that reasoning in a field and in tags is as it was found. */
async function armsReadAnywhere(run: string): Promise<Set<string>> {
  const found = new Set<string>()
  for (const arm of Object.keys(arms)) {
    const { contract } = Probe.parse(JSON.parse(await readFile(join(run, 'probes', `${arm}.json`), 'utf8')))
    const places = contract?.reasoning_in ?? []
    if (places.some(isField) && !places.every(isField)) found.add(arm)
  }
  return found
}

/** Samples that the teacher was asked for again after their answer had been acknowledged. */
function boughtTwice(samples: Sample[]): number[] {
  const again = samples.filter(
    ({ outcome, requests }) =>
      outcome.type === 'answered' && requests.some((request) => request.at > outcome.at),
  )
  return again.map(({ seed }) => seed)
}

function notPlayed(requests: RequestRecord[]): string[] {
  const played = new Set(requests.map(({ fault }) => fault))
  return FaultName.options.filter((name) => !played.has(name))
}

function stopsRun(fault: string | null): boolean {
  return expectedOf(fault).fate === 'stops'
}

function attemptCodes({ outcome }: Sample): string[] {
  return outcome.attempts.map(({ error }) => error)
}

/** The codes of the last outcome's attempts, told from what the teacher did to its requests. */
function expectedCodes({ arm, outcome, requests }: Sample): string[] {
  const { stream } = endpoints[arms[arm].endpoint]
  return requests.slice(-outcome.attempts.length).map(({ fault }) => {
    const expected = expectedOf(fault)
    if (expected.fate === 'again') return stream ? (expected.streamed ?? expected.code) : expected.code
    return expected.fate === 'ends' ? (expected.attempt ?? expected.code) : ''
  })
}

/**
 * What is wrong with how a sample ended. Its last request decides; one that may be asked again ends it only when its tries
 * are used up.
 */
function wrongEnd(
  { arm, finish, error, requests, outcome }: Sample,
  readAnywhere: ReadonlySet<string>,
): string[] {
  const last = requests.at(-1)!
  const expected = expectedOf(last.fault)
  const code = error.split(':')[0]
  const facts = `${last.fault} ended as ${outcome.type}, ${finish}, ${error} (spoilt by ${last.spoiled.join(', ')})`
  if (code?.startsWith('quarantined_')) return mayBeSetAside(last, code) ? [] : [facts]
  if (expected.fate === 'moves') return hasReasoning(last) && !readAnywhere.has(arm) ? [facts] : []
  if (expected.fate === 'ends') return finish === expected.finish && code === expected.code ? [] : [facts]
  if (expected.fate !== 'fine') return outcome.type === 'failed' && outcome.retryable ? [] : [facts]
  const unspoilt = last.spoiled.length === 0 && last.finish_reason === 'stop'
  const right = outcome.type === 'answered' && finish !== 'api_error' && (!unspoilt || finish === 'complete')
  return right ? [] : [facts]
}

/** Ways in which the simulated teacher leaves tags of its own in an answer. */
const tagSpoils = new Set(['tags_in_answer', 'two_think_blocks'])

/** Reasoning that moved, tags that the model itself wrote with thinking off, or blocks that it closed and opened again. */
function mayBeSetAside(last: RequestRecord, code: string): boolean {
  if (code === 'quarantined_reasoning_place')
    return expectedOf(last.fault).fate === 'moves' && hasReasoning(last)
  if (code === 'quarantined_unknown_marks') return last.spoiled.some((spoil) => tagSpoils.has(spoil))
  return last.mode === 'non_thinking' && last.spoiled.includes('tags_in_answer')
}

function hasReasoning({ mode, spoiled }: RequestRecord): boolean {
  return mode === 'thinking' && !spoiled.includes('empty_think')
}

/** The ledger's losses are those of the samples, reason by reason. */
function isSetAside(code: string): boolean {
  return code.startsWith('quarantined_')
}

function checkReasons(samples: Sample[], ledger: Ledger): void {
  for (const arm of Object.keys(arms)) {
    const own = samples.filter((sample) => sample.arm === arm)
    const unanswered = own.flatMap(({ error }) => (error === '' ? [] : [error.split(':')[0]!]))
    const rowOf = (stage: string): Record<string, number> =>
      ledger.samples.find((row) => row.stage === stage && row.arm === arm)!.lost
    expect(rowOf('answered')).toEqual(countBy(unanswered.filter((code) => !isSetAside(code))))
    expect(rowOf('parsed')).toMatchObject(countBy(unanswered.filter(isSetAside)))
    for (const { requests, finish } of own) {
      const expected = expectedOf(requests.at(-1)!.fault)
      if (expected.fate !== 'ends') continue
      const reasons = rowOf(expected.lost.stage)
      expect({ finish, reasons }).toMatchObject({
        reasons: { [expected.lost.reason]: expect.any(Number) as number },
      })
    }
  }
}

function countBy(words: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]))
}

function formatFaults(samples: Sample[], requests: RequestRecord[]): string {
  const lines = FaultName.options.map((name) => {
    const played = requests.filter(({ fault }) => fault === name).length
    const ended = samples.filter(({ requests }) => requests.at(-1)?.fault === name)
    const states = ended.map(({ finish, error }) =>
      error === '' ? finish : `${finish}/${error.split(':')[0]}`,
    )
    const later = samples.flatMap(({ earlier, requests }) =>
      earlier
        .filter(({ at }) => requests.findLast((request) => request.at <= at)?.fault === name)
        .map((outcome) => (outcome.type === 'failed' ? `${outcome.code}, then asked by a later start` : '')),
    )
    const went = [...states, ...later]
    return [name, String(played), String(played - went.length), formatCounts(countBy(went))]
  })
  return formatTable(
    ['fault', 'played', 'retried', 'samples that ended with it: finish state/ledger reason'],
    lines,
  )
}

function formatSpoils(samples: Sample[]): string {
  const good = samples.filter(({ outcome }) => outcome.type === 'answered')
  const names = [...new Set(good.flatMap(({ requests }) => requests.at(-1)!.spoiled))].sort()
  const lines = [null, ...names].flatMap((name) =>
    Object.keys(endpoints).map((endpoint) => {
      const states = good
        .filter(({ arm, requests }) => {
          const { spoiled, fault } = requests.at(-1)!
          const own = name === null ? spoiled.length === 0 : spoiled.includes(name)
          return arms[arm].endpoint === endpoint && fault === null && own
        })
        .map(({ finish }) => finish)
      return [name ?? '(none)', endpoint, String(states.length), formatCounts(countBy(states))]
    }),
  )
  return formatTable(['spoil of the text', 'endpoint', 'samples', 'finish state'], lines)
}

function formatCounts(counts: Record<string, number>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
}

function formatTable(head: string[], lines: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)))
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
