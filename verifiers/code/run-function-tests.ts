import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { VerdictValue } from '../../schemas/verdict.ts'
import type { CodeOptions } from './code-options.ts'
import type { FunctionTests } from './code-tests.ts'
import { insideProgram } from './inside-sources.ts'
import { startSandbox } from './sandbox.ts'
import type { Sandbox } from './sandbox.ts'
import { isTimeLimit, outcomeOfEnd, sandboxTrouble } from './test-outcome.ts'
import type { TestOutcome } from './test-outcome.ts'

const READY = Buffer.from('ready\n')

/** What the tests' sandbox reports on its own channel. */
const Said = z.object({
  nonce: z.string(),
  verdict: VerdictValue,
  reason: z.string(),
  message: z.string(),
  gave_arguments: z.boolean().default(false),
})

/** How tests are run; Python's only. */
type Manner = {
  /** Names of wrong programs that the program can stand for, to be tried one after the other. */
  stubs?: readonly string[]
  /** Whether the operators of objects that the tests make are believed. */
  believe?: boolean
}

/**
 * Runs all tests of a problem against a program in one go. Tests and program live in two sandboxes that cannot see each
 * other; what passes between them through this process is calls and plain data, so the program can answer wrongly but
 * has nothing to tamper with. The verdict comes on a channel that only the tests' sandbox has, with a nonce.
 */
export async function runFunctionTests(
  program: string,
  tests: FunctionTests,
  options: CodeOptions,
  { stubs = [], believe = false }: Manner = {},
): Promise<TestOutcome> {
  const judge = startSandbox(insideProgram('judge', tests.kind, options))
  const candidate = startSandbox(insideProgram('candidate', tests.kind, options))
  const nonce = randomBytes(16).toString('hex')
  const abnormal = Promise.withResolvers<TestOutcome>()
  const stop = (outcome: TestOutcome): void => {
    abnormal.resolve(outcome)
    judge.kill()
    candidate.kill()
  }
  const { tests: text, entry_point } = tests
  judge.stdin.write(`${JSON.stringify({ nonce, tests: text, entry_point, stubs, believe })}\n`)
  candidate.stdin.write(`${JSON.stringify({ program })}\n`)
  const started = relay(candidate.stdout, judge.stdin, options.output_mb, () =>
    stop({ verdict: 'incorrect', reason: 'output_limit', detail: 'too much output' }),
  )
  judge.stdout.pipe(candidate.stdin)
  // Tests that still talk to a program that has ended must come to read that it has.
  candidate.stdin.on('close', () => judge.stdout.resume())
  const timer = setTimeout(
    () =>
      stop(
        started()
          ? outOfTime()
          : sandboxTrouble('program', { status: 0, complaint: 'it did not start', flooded: false }),
      ),
    options.wall_seconds * 1_000,
  )
  try {
    return await Promise.race([abnormal.promise, outcomeOfTests({ judge, candidate, nonce, started })])
  } finally {
    clearTimeout(timer)
    await Promise.all([judge.finish(), candidate.finish()])
  }
}

type Course = { judge: Sandbox; candidate: Sandbox; nonce: string; started: () => boolean }

async function outcomeOfTests({ judge, candidate, nonce, started }: Course): Promise<TestOutcome> {
  const outcome = resultWith(nonce, await judge.result)
  if (outcome === undefined) {
    const end = await judge.ended
    // The tests' own time is up: whether they or the program made them go round for ever cannot be told.
    if (started() && isTimeLimit(end)) return { verdict: 'timeout', reason: 'tests_time_limit', detail: '' }
    return sandboxTrouble('tests', end)
  }
  if (outcome.reason !== 'crashed') return outcome
  // The tests only saw the program's end of the wire close; how it died tells why.
  const end = await candidate.ended
  return started() ? outcomeOfEnd(end) : sandboxTrouble('program', end)
}

/**
 * Hands the program's answers to the tests, up to a limit; returns whether the program's sandbox has come up, which its
 * first line says before any line of the program runs.
 */
function relay(from: Readable, to: Writable, megabytes: number, flooded: () => void): () => boolean {
  let head: Buffer | undefined = Buffer.alloc(0)
  let bytes = 0
  let ready = false
  from.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > megabytes * 1_048_576) return flooded()
    let rest = chunk
    if (head !== undefined) {
      head = Buffer.concat([head, chunk])
      if (head.length < READY.length) return
      ready = head.subarray(0, READY.length).equals(READY)
      rest = head.subarray(READY.length)
      head = undefined
    }
    if (!to.write(rest)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  return () => ready
}

function outOfTime(): TestOutcome {
  return { verdict: 'incorrect', reason: 'time_limit', detail: 'by the clock' }
}

function resultWith(nonce: string, line: string): TestOutcome | undefined {
  if (!line.endsWith('\n')) return undefined
  const said = Said.safeParse(parsed(line))
  if (!said.success || said.data.nonce !== nonce) return undefined
  const { verdict, reason, message, gave_arguments } = said.data
  return { verdict, reason, detail: message, gaveArguments: gave_arguments }
}

/** Tests of a dataset are somebody's program too, and may write anything. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
