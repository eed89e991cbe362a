import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { findVerifier } from '../verifiers/registry.ts'
import type { VerifierInput } from '../verifiers/verifier.ts'
import { generatedCases, hostileCases } from './verify-cases.ts'
import { runMathVerify } from './verify-python.ts'
import { printCategories, printTimes, type Scored, type VerifyCase } from './verify-report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    misses: { type: 'boolean', default: false },
    hostile: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    python: { type: 'string' },
  },
})

const [file] = positionals
const cases = values.hostile
  ? hostileCases()
  : file === undefined
    ? generatedCases()
    : readCases(file, values.all)
run(cases)

if (values.python !== undefined) {
  process.stdout.write('\nMath-Verify on the same rows\n')
  const scored = runMathVerify(values.python, cases)
  printCategories(scored)
  printTimes(scored)
}

/** Verifies every case four times: one pass warms the compiler up; the median of three is the time, free of pauses by other programs. */
function run(rows: readonly VerifyCase[]): void {
  for (const row of rows.slice(0, 2_000)) check(row)
  const scored = rows.map((row) => {
    // Long hostile texts are timed once, so that the memory printed is that of single verifications.
    if (values.hostile) return check(row)
    const runs = [check(row), check(row), check(row)].toSorted((a, b) => a.milliseconds - b.milliseconds)
    return runs[1] ?? check(row)
  })
  printCategories(scored)
  printTimes(scored)
  if (values.hostile)
    process.stdout.write(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`)
  if (!values.misses) return
  for (const each of scored) {
    const { row, positive, result } = each
    if (positive === row.equal) continue
    process.stdout.write(
      `${row.equal ? 'missed  ' : 'WRONG   '} ${row.id} [${row.category}] gold ${short(row.answers[0] ?? '')} output ${short(row.output)}\n` +
        `         ${result.verdict} read ${short(result.extracted)} by ${result.extraction}; ${result.path} ${result.reason}\n`,
    )
  }
}

function check(row: VerifyCase): Scored {
  const verifier = findVerifier(row.task)
  if (verifier === undefined)
    throw new Error(`wanted a verifier for the task ${row.task}, found none: add it to verifiers/registry.ts`)
  const options = verifier.options.parse({})
  const input: VerifierInput = {
    prompt: row.prompt,
    answers: row.answers,
    choices: row.choices,
    output: row.output,
  }
  const start = performance.now()
  const result = verifier.verify(input, options)
  const milliseconds = performance.now() - start
  return { row, positive: result.verdict === 'correct', result, milliseconds }
}

/** Rows of `gold, pred, equal`, of `problem, gold, output, correct` or of `choices, gold_letter, output, correct`. */
function readCases(path: string, everything: boolean): VerifyCase[] {
  const rows: VerifyCase[] = []
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.trim() === '') continue
    const row = JSON.parse(line) as Record<string, unknown>
    if (row['core'] === false && !everything) continue
    const text = (key: string): string => (typeof row[key] === 'string' ? row[key] : '')
    const letter = text('gold_letter')
    const output = text('pred') === '' ? text('output') : text('pred')
    if (letter !== '' && row['output'] === undefined) {
      rows.push(...choiceRows(row, text('id'), text('question'), letter))
      continue
    }
    rows.push({
      id: text('id'),
      category: `${text('category') || text('source').split('@')[0] || 'all'}${text('kind') === '' ? '' : ` (${text('kind')})`}`,
      task: letter === '' ? 'math' : 'choice',
      prompt: text('problem') || text('question'),
      answers: [letter || text('gold')],
      choices: Array.isArray(row['choices']) ? row['choices'].map(String) : [],
      output,
      equal: row['equal'] === true || row['correct'] === true,
    })
  }
  return rows
}

/** A multiple-choice question without outputs is asked in the usual forms of an answer, right and wrong. */
function choiceRows(row: Record<string, unknown>, id: string, prompt: string, letter: string): VerifyCase[] {
  const choices = Array.isArray(row['choices']) ? row['choices'].map(String) : []
  const right = letter.charCodeAt(0) - 65
  return choices.flatMap((choice, at) => {
    const name = String.fromCharCode(65 + at)
    const equal = at === right || choice.trim() === choices[right]?.trim()
    const forms = [
      name,
      `(${name})`,
      `${name})`,
      `The answer is ${name}.`,
      `\\boxed{${name}}`,
      `**Answer: ${name}) ${choice}**`,
      choice,
      `\\boxed{${choice}}`,
    ]
    return forms.map((output, form) => ({
      task: 'choice' as const,
      prompt,
      answers: [letter],
      choices,
      id: `${id}/${name}${form}`,
      category: `form ${form}`,
      output,
      equal: form < 6 ? at === right : equal,
    }))
  })
}

function short(text: string): string {
  return JSON.stringify(text.length > 160 ? `…${text.slice(-160)}` : text)
}
