import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Trace = { place: string; reasoning: string; answer: string; finish_state: string; defects: string[] }
type Line = { type: string; data: Trace & { position: string } }

async function inspect(
  name: string,
  write: (path: string) => unknown,
  ...flags: string[]
): Promise<{ traces: Line['data'][]; code: number | null; stderr: string; stdout: string }> {
  await using folder = await temporaryFolder()
  await write(join(folder.path, name))
  const { code, stdout, stderr } = await runCli(['inspect', name, '--json', ...flags], { cwd: folder.path })
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
  return {
    traces: lines.filter(({ type }) => type === 'trace').map(({ data }) => data),
    code,
    stderr,
    stdout,
  }
}

const jsonl =
  (...rows: object[]) =>
  (path: string) =>
    writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

const split = { reasoning: 'One and one.', answer: 'It is 2.', finish_state: 'complete' }
const inline = '<think>\nOne and one.\n</think>\n\nIt is 2.'

const shapes: [string, object, string][] = [
  ['one text', { raw: inline }, 'raw'],
  ['a chat', { messages: [{ role: 'user' }, { role: 'assistant', content: inline }] }, 'messages'],
  ['a chat in the ShareGPT spelling', { conversations: [{ from: 'gpt', value: inline }] }, 'conversations'],
  ['two columns', { reasoning_content: 'One and one.', answer: 'It is 2.' }, 'reasoning_content + answer'],
  [
    'a chat-completions body',
    { choices: [{ message: { reasoning: 'One and one.', content: 'It is 2.' } }] },
    'choices',
  ],
  [
    'the output line of a batch',
    {
      custom_id: 'x',
      response: { body: { choices: [{ message: { content: inline }, finish_reason: 'stop' }] } },
    },
    'response.body',
  ],
  [
    'an answer of Ollama',
    { message: { thinking: 'One and one.', content: 'It is 2.' }, done_reason: 'stop' },
    'message',
  ],
  [
    'a row of our own traces',
    { reasoning: '', answer: '', raw: JSON.stringify({ choices: [{ message: { content: inline } }] }) },
    'raw',
  ],
]

test('whatever shape a row has, its reasoning and its answer are found', async () => {
  const { traces } = await inspect('traces.jsonl', jsonl(...shapes.map(([, row]) => row)))
  const expected = shapes.map(([, , place], index) => {
    return Object.assign({ place, defects: [], position: `traces.jsonl:${index + 1}` }, split)
  })
  expect(traces).toMatchObject(expected)
})

test('a list of generations is as many traces, each with its own end', async () => {
  const row = {
    generations: [inline, '<think>\nOne and'],
    finish_reasons: ['stop', 'length'],
    mode: 'thinking',
  }
  const { traces } = await inspect('traces.jsonl', jsonl(row))
  expect(traces).toMatchObject([
    { ...split, place: 'generations.0', defects: [] },
    {
      place: 'generations.1',
      reasoning: 'One and',
      finish_state: 'cut_in_think',
      defects: ['no_close_tag', 'truncated', 'empty_content'],
    },
  ])
})

test('Parquet is read as well, nested columns too', async () => {
  const { traces } = await inspect('traces.parquet', (path) =>
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'prompt', data: ['1 + 1?'], type: 'STRING' },
        { name: 'generations', data: [[inline, inline]], type: 'JSON' },
      ],
    }),
  )
  expect(traces).toMatchObject([split, split])
  expect(traces[0]!.position).toBe('traces.parquet row 1')
})

const question = { problem: 'How many are one and one, in words or in figures?', mode: 'thinking' }
const loop = 'Wait, let me check that once more from the start. '.repeat(60)

const spoilt: [string, object, string[]][] = [
  ['missing_open_tag', { raw: 'One and one.\n</think>\n\nIt is 2.' }, ['missing_open_tag']],
  ['no marks', { raw: 'It is 2.', finish_reason: 'stop' }, ['no_reasoning']],
  ['bare words', { raw: 'think\nOne and one.\nanswer\nIt is 2.' }, ['section_words']],
  [
    'raw harmony',
    { raw: '<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>final<|message|>It is 2.' },
    ['raw_harmony'],
  ],
  ['an empty block', { raw: '<think>\n\n</think>\n\nIt is 2.' }, ['empty_think_block']],
  ['nothing', { raw: '' }, ['no_reasoning', 'empty_content']],
  [
    'a loop',
    { raw: `<think>\n${loop}`, finish_reason: 'length' },
    ['no_close_tag', 'truncated', 'empty_content', 'repetition_loop'],
  ],
  [
    'another language',
    { raw: `<think>\nOne and one. 这个结果看起来是正确的，因为前面的推导没有问题。\n</think>\n\nIt is 2.` },
    ['language_mixing'],
  ],
  ['a second block', { raw: `${inline} <think>Or 3?</think> It is 3.` }, ['tag_damaged', 'tags_in_answer']],
  [
    'a lost answer',
    { mode: 'non_thinking', reasoning: 'It is 2.', content: '', finish_reason: 'stop' },
    ['answer_in_reasoning_field'],
  ],
  ['unasked reasoning', { mode: 'non_thinking', raw: inline }, ['reasoning_unasked']],
  ['a refusal', { raw: `<think>\nNo.\n</think>\n\nI'm sorry, but I can't help with that.` }, ['refusal']],
]

test('every defect is named', async () => {
  const rows = spoilt.map(([, row]) => ({ ...question, ...row }))
  const { traces } = await inspect('traces.jsonl', jsonl(...rows))
  expect(traces.map(({ defects }, index) => [spoilt[index]![0], defects])).toEqual(
    spoilt.map(([name, , found]) => [name, found]),
  )
})

test('--field names the column and --mode the mode of rows that do not say them', async () => {
  const row = { deep: { own_name: 'It is 2.' }, finish_reason: 'stop' }
  const { traces } = await inspect(
    'traces.jsonl',
    jsonl(row),
    '--field',
    'deep.own_name',
    '--mode',
    'thinking',
  )
  expect(traces).toMatchObject([{ place: 'deep.own_name', answer: 'It is 2.', defects: ['no_reasoning'] }])
})

test('rows without a trace are warned about and passed over; a file without any is bad usage', async () => {
  const some = await inspect('traces.jsonl', jsonl({ other: 1 }, { raw: inline }))
  expect(some).toMatchObject({ code: 0, traces: [split] })
  expect(some.stdout).toContain('traces.jsonl:1: no trace in the columns other')
  const many = await inspect('traces.jsonl', jsonl({ other: 1 }, { other: 2 }, { raw: inline }, { other: 3 }))
  expect(many.stdout.match(/no trace in the columns/gu)).toHaveLength(1)
  expect(many.stdout).toContain('2 more rows without a trace for the same reason')
  const none = await inspect('traces.jsonl', jsonl({ other: 1 }))
  expect(none).toMatchObject({ code: 2 })
  expect(none.stderr).toBe(
    'error: no row holds a trace; name its column with --field, a dot reaches inside\n',
  )
  const missing = await runCli(['inspect', 'none.jsonl'], { cwd: process.cwd() })
  expect(missing).toMatchObject({ code: 2 })
  expect(missing.stderr).toMatch(/^error: no file "none\.jsonl"/u)
})

test('people get the heads of the texts, without what would steer their terminal, and counts', async () => {
  await using folder = await temporaryFolder()
  await jsonl({ raw: `<think>\nRed \u001B[31m text.\n</think>\n\nIt is 2.` })(join(folder.path, 'a.jsonl'))
  const { stdout } = await runCli(['inspect', 'a.jsonl'], { cwd: folder.path })
  expect(stdout).toContain('a.jsonl:1 raw  complete  mode unknown  no defects')
  expect(stdout).toContain('Red')
  expect(stdout).not.toContain('\u001B')
  expect(stdout).toContain('a.jsonl\n  1 traces, 1 without defects\n  ended:   complete 1\n  defects: none\n')
})
