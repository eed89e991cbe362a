import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { CodeOptions } from './code-options.ts'
import type { StdioTests } from './code-tests.ts'
import { insideProgram } from './inside-sources.ts'
import { startSandbox } from './sandbox.ts'
import { isTimeLimit, sandboxTrouble } from './test-outcome.ts'
import type { TestOutcome } from './test-outcome.ts'

const Said = z.object({
  nonce: z.string(),
  accepts_wrong: z.boolean(),
  /** Place of the first output that is wrong, -1 for none. */
  rejected: z.int(),
  trouble: z.string(),
  /** The trouble came with an output of the program. */
  stumbled: z.boolean(),
})

/**
 * Asks the checker of a problem about all outputs of a program, in a sandbox of its own. A checker that finds nothing
 * wrong with empty output or with nonsense cannot tell anything. Without outputs only that is found out.
 */
export async function checkOutputs(
  checker: string,
  cases: StdioTests['cases'],
  outputs: readonly string[],
  options: CodeOptions,
): Promise<TestOutcome> {
  const nonce = randomBytes(16).toString('hex')
  const sandbox = startSandbox(insideProgram('checker', 'python', options))
  sandbox.stdout.resume()
  sandbox.stdin.write(`${JSON.stringify({ nonce, checker, cases, outputs })}\n`)
  const timer = setTimeout(() => sandbox.kill(), options.wall_seconds * 1_000)
  try {
    const line = await sandbox.result
    const said = line.endsWith('\n') ? Said.safeParse(jsonOf(line)).data : undefined
    if (said?.nonce === nonce) return outcomeOf(said)
    const end = await sandbox.ended
    return isTimeLimit(end)
      ? { verdict: 'timeout', reason: 'tests_time_limit', detail: '' }
      : sandboxTrouble('checker', end)
  } finally {
    clearTimeout(timer)
    await sandbox.finish()
  }
}

function outcomeOf({ accepts_wrong, rejected, trouble, stumbled }: z.infer<typeof Said>): TestOutcome {
  if (stumbled) return { verdict: 'undecided', reason: 'checker_failed', detail: trouble }
  if (trouble !== '') return { verdict: 'gold_unparseable', reason: 'tests_unreadable', detail: trouble }
  if (accepts_wrong)
    return { verdict: 'gold_unparseable', reason: 'tests_cannot_fail', detail: 'the checker' }
  if (rejected < 0) return { verdict: 'correct', reason: '', detail: '' }
  return { verdict: 'incorrect', reason: 'wrong_answer', detail: `case ${rejected}: by the checker` }
}

/** A checker is somebody's program and may write anything. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
