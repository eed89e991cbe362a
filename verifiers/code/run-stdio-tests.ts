import { createInterface } from 'node:readline'
import type { CodeOptions } from './code-options.ts'
import { checkOutputs } from './check-outputs.ts'
import type { StdioTests } from './code-tests.ts'
import { sameOutput } from './compare-output.ts'
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
    const outputs: string[] = []
    for (const [index, { input, output }] of tests.cases.entries()) {
      restartTimer()
      sandbox.stdin.write(`${JSON.stringify({ input })}\n`)
      const line = await lines.next()
      if (line.done === true) return outcomeOfEnd(await sandbox.ended)
      bytes = 0
      const result = outputOf(line.value, options.output_mb * 1_048_576)
      if (typeof result !== 'string') return { ...result, detail: `case ${index}: ${result.detail}` }
      if (tests.checker !== undefined) outputs.push(result)
      else if (!sameOutput(result, output))
        return incorrect('wrong_answer', `case ${index}: ${result.slice(0, 200)}`)
    }
    clearTimeout(timer)
    return tests.checker === undefined
      ? { verdict: 'correct', reason: '', detail: '' }
      : checkOutputs(tests.checker, tests.cases, outputs, options)
  }

  function restartTimer(): void {
    clearTimeout(timer)
    timer = setTimeout(() => stop(incorrect('time_limit', 'by the clock')), options.wall_seconds * 1_000)
  }
}

/** What a program wrote, or why the case is lost. */
function outputOf(line: string, limit: number): string | TestOutcome {
  const said = readReply(line)
  if (said === undefined) return incorrect('crashed', 'the runner was tampered with')
  // Python and Node ignore the signal and fail to write instead.
  if (Buffer.byteLength(said.output) >= limit) return incorrect('output_limit', `${limit} bytes`)
  // A negative code is the number of the signal that ended the program.
  if (said.code < 0) return outcomeOfEnd({ status: 128 - said.code, complaint: '', flooded: false })
  if (said.code === 0) return said.output
  const library = missingLibrary(said.complaint)
  return library === undefined
    ? incorrect('runtime_error', `exit status ${said.code}`)
    : { verdict: 'undecided', reason: 'library_missing', detail: library }
}

/** A library that this machine's sandboxes do not have says nothing about the program. */
function missingLibrary(complaint: string): string | undefined {
  const python = /^ModuleNotFoundError: No module named '([\w.]+)'\s*$/mu.exec(complaint)
  return (python ?? /^Error: Cannot find module '([^'./][^']*)'/mu.exec(complaint))?.[1]
}

type Reply = { code: number; output: string; complaint: string }

function readReply(line: string): Reply | undefined {
  try {
    const { code, output, complaint } = JSON.parse(line) as Record<string, unknown>
    const isReply = typeof code === 'number' && typeof output === 'string' && typeof complaint === 'string'
    return isReply ? { code, output, complaint } : undefined
  } catch {
    return undefined
  }
}

function incorrect(reason: string, detail: string): TestOutcome {
  return { verdict: 'incorrect', reason, detail }
}
