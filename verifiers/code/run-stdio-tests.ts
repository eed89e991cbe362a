import { createInterface } from 'node:readline'
import type { CodeOptions } from './code-options.ts'
import type { StdioTests } from './code-tests.ts'
import { insideProgram } from './inside-sources.ts'
import { startSandbox } from './sandbox.ts'
import { outcomeOfEnd, sandboxTrouble } from './test-outcome.ts'
import type { TestOutcome } from './test-outcome.ts'

/**
 * Runs a whole program on the inputs of a problem, all in one sandbox, up to the first wrong output. The expected
 * outputs stay in this process.
 */
export async function runStdioTests(
  program: string,
  tests: StdioTests,
  options: CodeOptions,
): Promise<TestOutcome> {
  const sandbox = startSandbox(insideProgram('stdio', tests.language, options))
  const abnormal = Promise.withResolvers<TestOutcome>()
  let timer: NodeJS.Timeout | undefined
  let bytes = 0
  sandbox.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    // A line that never ends would be collected for ever; JSON may write a byte as six characters.
    if (bytes > options.output_mb * 1_048_576 * 7) stop(incorrect('output_limit', 'too much output'))
  })
  const lines = createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]()

  try {
    return await Promise.race([abnormal.promise, runCases()])
  } finally {
    clearTimeout(timer)
    await sandbox.finish()
  }

  function stop(outcome: TestOutcome): void {
    abnormal.resolve(outcome)
    sandbox.kill()
  }

  async function runCases(): Promise<TestOutcome> {
    restartTimer()
    sandbox.stdin.write(`${JSON.stringify({ program })}\n`)
    const ready = await lines.next()
    if (ready.value !== 'ready') return sandboxTrouble('program', await sandbox.ended)
    for (const [index, { input, output }] of tests.cases.entries()) {
      restartTimer()
      sandbox.stdin.write(`${JSON.stringify({ input })}\n`)
      const line = await lines.next()
      if (line.done === true) return outcomeOfEnd(await sandbox.ended)
      bytes = 0
      const failure = judgeCase(line.value, output, options.output_mb * 1_048_576)
      if (failure !== undefined) return { ...failure, detail: `case ${index}: ${failure.detail}` }
    }
    return { verdict: 'correct', reason: '', detail: '' }
  }

  function restartTimer(): void {
    clearTimeout(timer)
    timer = setTimeout(() => stop(incorrect('time_limit', 'by the clock')), options.wall_seconds * 1_000)
  }
}

/** Compares as contest judges do: the same lines but for white space at their ends and empty lines at the end. */
export function sameOutput(actual: string, expected: string): boolean {
  return tidy(actual) === tidy(expected)
}

function tidy(output: string): string {
  return output.replaceAll(/[^\S\n]+$/gmu, '').trimEnd()
}

function judgeCase(line: string, expected: string, limit: number): TestOutcome | undefined {
  const said = readReply(line)
  if (said === undefined) return incorrect('crashed', 'the runner was tampered with')
  // Python and Node ignore the signal and fail to write instead.
  if (Buffer.byteLength(said.output) >= limit) return incorrect('output_limit', `${limit} bytes`)
  // A negative code is the number of the signal that ended the program.
  if (said.code < 0) return outcomeOfEnd({ status: 128 - said.code, complaint: '', flooded: false })
  if (said.code !== 0) return incorrect('runtime_error', `exit status ${said.code}`)
  return sameOutput(said.output, expected) ? undefined : incorrect('wrong_answer', said.output.slice(0, 200))
}

function readReply(line: string): { code: number; output: string } | undefined {
  try {
    const { code, output } = JSON.parse(line) as { code?: unknown; output?: unknown }
    return typeof code === 'number' && typeof output === 'string' ? { code, output } : undefined
  } catch {
    return undefined
  }
}

function incorrect(reason: string, detail: string): TestOutcome {
  return { verdict: 'incorrect', reason, detail }
}
