import { execFile } from 'node:child_process'
import { UsageError } from '../../../schemas/errors.ts'

/** A reference and an answer for another implementation to compare. */
export type Question = { gold: string; output: string }

/** Longest that the whole sample may take, in milliseconds. */
const timeLimit = 600_000

/**
 * Asks Math-Verify (huggingface/Math-Verify) whether answers are right, all of them in one Python process.
 *
 * @param python with the package `math-verify`
 * @throws UsageError where there is none
 */
export async function askMathVerify(python: string, questions: readonly Question[]): Promise<boolean[]> {
  const lines = questions.map(({ gold, output }) => JSON.stringify([gold, output])).join('\n')
  const { output, trouble } = await run(python, mathVerifyProgram, lines)
  const verdicts = output.trim().split('\n').filter(Boolean)
  if (trouble !== undefined || verdicts.length !== questions.length)
    throw new UsageError(
      `an audit wants a Python with the package math-verify, got ${python} (${trouble ?? 'it ended early'}); install it with \`pip install math-verify\` in an environment and name that environment's python in TWINSTILL_PYTHON`,
    )
  return verdicts.map((line) => (JSON.parse(line) as [boolean, number])[0])
}

function run(
  command: string,
  program: string,
  input: string,
): Promise<{ output: string; trouble: string | undefined }> {
  return new Promise((done) => {
    const child = execFile(
      command,
      ['-c', program],
      { timeout: timeLimit, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) =>
        done({
          output: stdout,
          trouble: error ? (stderr.trim().split('\n').at(-1) || error.message).slice(0, 200) : undefined,
        }),
    )
    // A process that could not be started closes its input; the error comes to the callback.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

/**
 * Reads lines of `[gold, output]` and writes lines of `[equal, milliseconds]`. Short texts without delimiters are wrapped
 * in dollar signs, which the LaTeX extraction of Math-Verify needs.
 */
export const mathVerifyProgram = `
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from math_verify import parse, verify
def wrap(text):
    plain = len(text) < 200 and not any(mark in text for mark in ('$', 'boxed', '\\\\(', '\\\\[', '\\n'))
    return '$' + text + '$' if plain else text
for line in sys.stdin:
    gold, output = json.loads(line)
    start = time.perf_counter()
    try:
        equal = bool(verify(parse(wrap(gold)), parse(wrap(output))))
    except Exception:
        equal = False
    print(json.dumps([equal, (time.perf_counter() - start) * 1000]))
`
