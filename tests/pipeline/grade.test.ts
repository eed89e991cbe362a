import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runCli, startCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Graded = Record<string, unknown> & { id: unknown; verdict: string; reason: string; ms: number }

function results(stdout: string): Graded[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Graded)
}

const jsonl = (rows: readonly unknown[]): string =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('')

async function grade(rows: readonly unknown[], ...args: string[]) {
  const run = await runCli(['grade', ...args], { cwd: process.cwd(), stdin: jsonl(rows) })
  return { ...run, results: results(run.stdout) }
}

const options = (value: unknown): string[] => ['--options', JSON.stringify(value)]

const verdicts = (graded: readonly Graded[]): Record<string, string> =>
  Object.fromEntries(graded.map(({ id, verdict }) => [String(id), verdict]))

describe('grade', () => {
  test('reads golds, answers and raw outputs in every form that is described', async () => {
    const run = await grade([
      { id: 'value', gold: '1/2', pred: '0.5' },
      { id: 'numbers', gold: 3, pred: 3 },
      { id: 'any', gold: ['4', 5], pred: '5.0' },
      { id: 'sentence', gold: '42', pred: 'The answer is 42.' },
      { id: 'wrong', gold: '42', pred: '43' },
      { id: 'think', gold: '7', output: '<think>8? no</think>It is \\boxed{7}.', problem: 'Four and three?' },
      { id: 'cut', gold: '7', output: '<think>It is \\boxed{7}' },
      {
        id: 'harmony',
        gold: '7',
        output:
          '<|channel|>analysis<|message|>8?<|end|><|start|>assistant<|channel|>final<|message|>It is 7<|return|>',
      },
      { id: 'none', gold: '7', pred: null },
      { id: 'no gold', gold: null, pred: '7' },
      { id: 'text', gold: 'The Seine', pred: 'seine', task: 'text' },
    ])
    expect(verdicts(run.results)).toEqual({
      value: 'correct',
      numbers: 'correct',
      any: 'correct',
      sentence: 'correct',
      wrong: 'incorrect',
      think: 'correct',
      cut: 'no_answer',
      harmony: 'correct',
      none: 'no_answer',
      'no gold': 'gold_unparseable',
      text: 'correct',
    })
    expect(run.code).toBe(0)
    expect(run.results.find(({ id }) => id === 'cut')).toMatchObject({ reason: 'cut_in_think' })
    expect(run.results.find(({ id }) => id === 'think')).toMatchObject({ extracted: '7', path: 'literal' })
    expect(run.results.every(({ ms }) => ms > 0)).toBe(true)
    expect(run.stderr).toMatch(
      /^graded 11 lines in .*: 7 correct, 2 no_answer, 1 incorrect, 1 gold_unparseable$/m,
    )
  })

  test('reads options as a list or an object, and golds as letter, index or text', async () => {
    const choices = ['red', 'blue', 'green']
    const run = await grade([
      { id: 'letter', gold: 'B', choices, pred: '(B)' },
      { id: 'index', gold: 1, choices, output: 'The answer is B.' },
      { id: 'text', gold: 'blue', choices: { A: 'red', B: 'blue' }, pred: 'B' },
      { id: 'option', gold: 'B', choices, pred: 'blue' },
      { id: 'other', gold: 'B', choices, pred: 'C' },
      { id: 'in the prompt', gold: 'C', choices: [], output: 'I think the correct answer is C' },
      { id: 'two ways', gold: '1', choices: ['1', '2'], pred: 'A' },
    ])
    expect(verdicts(run.results)).toEqual({
      letter: 'correct',
      index: 'correct',
      text: 'correct',
      option: 'correct',
      other: 'incorrect',
      'in the prompt': 'correct',
      'two ways': 'gold_unparseable',
    })
  })

  test('gives a bad line its place and its reason, goes on with the others and ends with 1', async () => {
    const run = await grade([
      { id: 1, gold: '7', pred: '7' },
      'not json',
      '',
      { id: 2, gold: '7' },
      { id: 3, pred: '7' },
      { id: 4, gold: { value: 7 }, pred: '7' },
      { id: 5, gold: '7', pred: '7', task: 'maths' },
      { id: 6, gold: 'A', pred: 'A', choices: ['one'] },
      { id: 7, tests: { kind: 'other' }, pred: 'x = 1' },
      '[1]',
      { id: 8, gold: '7', pred: '7' },
    ])
    expect(run.results.map(({ id, line, verdict, reason }) => ({ id, line, verdict, reason }))).toEqual([
      { id: 1, line: undefined, verdict: 'correct', reason: '' },
      { id: null, line: 2, verdict: 'error', reason: 'bad_json' },
      { id: 2, line: 4, verdict: 'error', reason: 'missing_answer' },
      { id: 3, line: 5, verdict: 'error', reason: 'missing_gold' },
      { id: 4, line: 6, verdict: 'error', reason: 'bad_gold' },
      { id: 5, line: 7, verdict: 'error', reason: 'bad_task' },
      { id: 6, line: 8, verdict: 'error', reason: 'bad_choices' },
      { id: 7, line: 9, verdict: 'error', reason: 'bad_tests' },
      { id: null, line: 10, verdict: 'error', reason: 'bad_row' },
      { id: 8, line: undefined, verdict: 'correct', reason: '' },
    ])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('warning: stdin:2: the line is not JSON')
    expect(run.stderr).toContain('error: 8 of 10 lines were not graded')
  })

  test('writes nothing that steers a terminal: such signs are escaped, and are the same for who reads the JSON', async () => {
    const id = 'a\u009b31m\u202e\u2028\u2029\ufeff\u0085b'
    const run = await grade([{ id, gold: '7', pred: '7' }])
    expect(run.stdout).toMatch(/^[\x20-\x7e\n]*$/u)
    expect(run.results).toMatchObject([{ id, verdict: 'correct' }])
  })

  test('keeps the order and the ids of many lines, whatever the workers, from a compressed file too', async () => {
    await using folder = await temporaryFolder()
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      id: index,
      gold: String(index),
      pred: `${index + (index % 3 === 0 ? 1 : 0)}.0`,
    }))
    await writeFile(join(folder.path, 'rows.jsonl.gz'), gzipSync(jsonl(rows)))
    const expected = rows.map(({ id }) => ({ id, verdict: id % 3 === 0 ? 'incorrect' : 'correct' }))
    for (const workers of ['1', '3']) {
      const run = await runCli(['grade', 'rows.jsonl.gz', '--workers', workers], { cwd: folder.path })
      expect(results(run.stdout).map(({ id, verdict }) => ({ id, verdict }))).toEqual(expected)
    }
  })

  test('is not held up by a hostile output, which it kills when it takes too long', async () => {
    const output = `<|channel|>analysis<|message|>${'<|end|>'.repeat(140_000)}x`
    const rows = [{ id: 'slow', gold: '7', output }, ...[1, 2, 3].map((id) => ({ id, gold: id, pred: id }))]
    const run = await grade(rows, '--timeout-ms', '300')
    expect(run.results.map(({ id }) => id)).toEqual(['slow', 1, 2, 3])
    expect(run.results.slice(1).map(({ verdict }) => verdict)).toEqual(['correct', 'correct', 'correct'])
    expect(['timeout', 'no_answer']).toContain(run.results[0]!.verdict)
    expect(run.code).toBe(0)
  })

  test('answers a program that waits for each result before it writes the next line', async () => {
    const { child, ended } = startCli(['grade', '-'], { cwd: process.cwd(), keepStdin: true })
    for (const id of [1, 2, 3]) {
      const answer = new Promise<string>((resolve) => child.stdout!.once('data', resolve))
      child.stdin!.write(jsonl([{ id, gold: '7', pred: '7' }]))
      expect(results(await answer)).toMatchObject([{ id, verdict: 'correct' }])
    }
    child.stdin!.end()
    expect(await ended).toMatchObject({ code: 0 })
  })

  test('ends quietly when its reader goes away, also while it waits for input', async () => {
    const { child, ended } = startCli(['grade'], { cwd: process.cwd(), keepStdin: true })
    child.stdin!.on('error', () => undefined)
    const first = new Promise((resolve) => child.stdout!.once('data', resolve))
    child.stdin!.write(jsonl([{ id: 1, gold: '7', pred: '7' }]))
    await first
    child.stdout!.destroy()
    child.stdin!.write(jsonl([{ id: 2, gold: '7', pred: '7' }]))
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('runs no program where there is no sandbox, and says so once', async () => {
    const tests = 'assert double(2) == 4'
    const program = 'def double(x):\n    return 2 * x'
    const rows = [1, 2].map((id) => ({ id, tests, entry_point: 'double', pred: program }))
    const nowhere = options({ code: { python: '/nowhere/python3' } })
    const run = await grade([...rows, { id: 3, gold: '7', pred: '7' }], ...nowhere)
    expect(run.results.map(({ verdict, reason }) => `${verdict} ${reason}`.trim())).toEqual([
      'error sandbox_unavailable',
      'error sandbox_unavailable',
      'correct',
    ])
    expect(run.stderr.match(/no program is run/g)).toHaveLength(1)
    expect(run.code).toBe(1)
  })

  test('hands the verifiers their options, and refuses wrong ones before it reads', async () => {
    const row = { id: 1, gold: '0.33', pred: '0.3333' }
    expect((await grade([row])).results[0]).toMatchObject({ verdict: 'incorrect' })
    const rounded = await grade([row], ...options({ math: { rounding: 'gold' } }))
    expect(rounded.results[0]).toMatchObject({ verdict: 'correct' })
    const chosen = await grade([{ id: 1, gold: 'x', pred: ' X.' }], '--task', 'text')
    expect(chosen.results[0]).toMatchObject({ verdict: 'correct', path: 'text' })
    for (const [args, message] of [
      [options({ maths: {} }), 'no verifier "maths"'],
      [options({ math: { rounding: 'up' } }), 'math.rounding'],
      [options([]), 'must be a JSON object'],
      [['--task', 'maths'], '--task must be one of'],
      [['--workers', '0'], 'At least 1 is wanted'],
      [['nowhere.jsonl'], 'got no file "nowhere.jsonl"'],
    ] as const) {
      const refused = await grade([row], ...args)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toContain(message)
    }
  })

  test('keeps the digits of ids beyond the exact range of numbers', async () => {
    const run = await grade(['{"id":12345678901234567890,"gold":"7","pred":"7"}'])
    expect(run.stdout).toMatch(/^\{"id":12345678901234567890,"verdict":"correct"/)
  })
})
