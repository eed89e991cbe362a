import { spawnSync } from 'node:child_process'
import { mathVerifyProgram } from '../pipeline/commands/audit/math-verify.ts'
import type { Scored, VerifyCase } from './verify-report.ts'

/**
 * Runs Math-Verify (huggingface/Math-Verify) on the mathematical rows in one Python process. Short texts without
 * delimiters are wrapped in dollar signs, which its LaTeX extraction needs; each half has a limit of five seconds.
 */
export function runMathVerify(python: string, cases: readonly VerifyCase[]): Scored[] {
  const rows = cases.filter((row) => row.task === 'math')
  const lines = rows.map((row) => JSON.stringify([row.answers[0] ?? '', row.output])).join('\n')
  const run = spawnSync(python, ['-c', mathVerifyProgram], {
    input: lines,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (run.status !== 0)
    throw new Error(`wanted a Python with math_verify at ${python}, got: ${run.stderr.slice(-400)}`)
  const outcomes = run.stdout.trim().split('\n')
  return rows.map((row, at) => {
    const [equal, milliseconds] = JSON.parse(outcomes[at] ?? '[false, 0]') as [boolean, number]
    const result = {
      verdict: equal ? 'correct' : 'incorrect',
      extracted: '',
      extraction: '',
      path: 'math_verify',
      reason: '',
    } as const
    return { row, positive: equal, result, milliseconds }
  })
}
