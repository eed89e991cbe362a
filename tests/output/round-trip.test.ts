import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import type { Export, GroupSample, ProblemGroup } from '../../output/exports/export.ts'
import { readableBy } from '../../output/exports/export.ts'
import { parseHarmony } from '../../output/exports/harmony.ts'
import { configurableExports } from '../../output/exports/registry.ts'
import { parseThinking } from '../../output/exports/think.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import {
  everyArm,
  everyChoice,
  everyExport,
  everyGroup,
  everyGroups,
  hostileTexts,
  textFrames,
  writeEveryExport,
} from '../support/every-export.ts'
import { temporaryFolder } from './temporary-folder.ts'

/* What any export writes, parsed back, is the reasoning and the answer that went in. */

type Row = Record<string, unknown>
type Parts = { id: string; reasoning: string | null; answer: string }

/** Parses a row as a reader of its columns would; one entry for each answer that it holds. */
function partsIn(row: Row): Parts[] {
  const id = String(row['id'])
  const messages = row['messages'] ?? row['completion']
  if (Array.isArray(messages)) return [{ id, ...partsOfMessage(messages.at(-1) as Row, row['mode']) }]
  if (typeof messages === 'string') return [{ id, ...partsOfText(messages) }]
  if ('chosen' in row)
    return ['chosen', 'rejected'].map((side) =>
      named(row[`${side}_id`], partsOfMessage([row[side] as Row | Row[]].flat()[0]!, row['mode'])),
    )
  if ('conversations' in row)
    return [{ id, ...parseThinking((row['conversations'] as Row[]).at(-1)!['value'] as string) }]
  if ('output' in row) return [{ id, ...parseThinking(row['output'] as string) }]
  if ('generations' in row)
    return (row['generations'] as string[]).map((whole, index) =>
      named((row['ids'] as string[])[index], parseThinking(whole)),
    )
  return partsOfColumns(row)
}

function named(id: unknown, parts: Omit<Parts, 'id'>): Parts {
  return { id: String(id), ...parts }
}

const fields = ['reasoning_content', 'thinking', 'reasoning']

function partsOfMessage(message: Row, mode: unknown): Omit<Parts, 'id'> {
  const field = fields.find((name) => name in message)
  if (field === undefined) return parseThinking(message['content'] as string)
  const plain = (name: string): string => parseThinking(message[name] as string).answer
  // An empty field is that of an answer without reasoning, which the column `mode` says.
  const reasoning = mode === 'non_thinking' ? null : plain(field)
  return { reasoning, answer: plain('content') }
}

function partsOfText(text: string): Omit<Parts, 'id'> {
  if (text.startsWith('<|channel|>')) return parseHarmony(text)
  const [before, after] = textFrames.completion.split('{answer}') as [string, string]
  expect([text.startsWith(before.split('{reasoning}')[0]!), text.endsWith(after)]).toEqual([true, true])
  return parseThinking(text.slice(0, -after.length))
}

/** Configurations with a column for each text. */
function partsOfColumns(row: Row): Parts[] {
  if ('arm' in row)
    return [
      { id: row['id'] as string, reasoning: row['reasoning'] as string, answer: row['answer'] as string },
    ]
  return everyArm.flatMap(({ role }): Parts[] => {
    if (`${role}_meta` in row)
      return [{ id: (row[`${role}_meta`] as { id: string }).id, ...parseThinking(row[role] as string) }]
    if (`${role}_reasoning` in row)
      return [
        {
          id: role,
          reasoning: row[`${role}_reasoning`] as string,
          answer: row[`${role}_answer`] as string,
        },
      ]
    return []
  })
}

/** What a row must give back for an answer: of a composed one both attempts, of columns of texts no null. */
function expected(row: Row, part: Parts, group: ProblemGroup): Omit<Parts, 'id'> {
  const sampleOf = (id: unknown): GroupSample =>
    group.samples.find(({ trace, arm }) => trace.key === id || (arm.role === id && trace.sample_index === 0))!
  const { arm, trace } = sampleOf(part.id)
  const { answer } = trace
  if (row['composed'] === true)
    return {
      reasoning: `${sampleOf(row['wrong_id']).trace.reasoning}\n\n${String(row['recognition'])}\n\n${trace.reasoning}`,
      answer,
    }
  const isText = 'arm' in row || `${arm.role}_reasoning` in row
  return { reasoning: arm.mode === 'thinking' || isText ? trace.reasoning : null, answer }
}

/** Configurations whose rows hold no answer of a model, or one that only a teacher reads. */
const withoutAnswers: Record<string, (row: Row, group: ProblemGroup) => void> = {
  rl: (row, { problem }) => expect(row['answer']).toBe(problem.answers[0]),
  majority: (row, { problem }) => expect(row['answer']).toBe(problem.answers[0]),
  'self-distillation': (row, { samples }) => expect(row['privileged_context']).toBe(samples[0]!.trace.answer),
  'self-distillation-trace': (row, { samples: [first] }) =>
    expect(row['privileged_context']).toBe(
      first!.trace.reasoning === ''
        ? first!.trace.answer
        : `${first!.trace.reasoning}\n\n${first!.trace.answer}`,
    ),
}

/** Holds the rows of a problem against its samples. @returns how many answers were parsed */
function checkRows(one: Export, rows: readonly Row[], group: ProblemGroup): number {
  let parsed = 0
  for (const row of rows) {
    const check = withoutAnswers[one.name]
    if (check) {
      check(row, group)
      parsed += 1
      continue
    }
    for (const part of partsIn(row)) {
      const { id: _, ...parts } = part
      expect([one.name, parts]).toEqual([one.name, expected(row, part, group)])
      parsed += 1
    }
  }
  return parsed
}

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<think>',
        '</think>',
        '<think>\n',
        '\n</think>\n\n',
        '\n',
        '\\',
        '<\\/think>',
        '<|start|>',
        '<|end|>',
        '<|channel|>',
        '<|message|>',
        '<|return|>',
        '<|im_end|>',
        '\\boxed{4}',
        '```',
        '{user}',
        '{answer}',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''))

describe('reasoning and answer come back from every export', () => {
  const exports = everyExport()

  test('of which each is tried here', () => {
    const tried = new Set(everyChoice.map((one) => (typeof one === 'string' ? one : one.export)))
    expect(configurableExports.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  test.each(exports.map((one) => [one.name, one] as const))('%s, whatever they mention', (_name, one) => {
    fc.assert(
      fc.property(text, text, (reasoning, answer) => {
        const group = everyGroup(3, { reasoning, answer })
        const readable = readableBy(one, group)!
        expect(checkRows(one, one.rows(readable, everyArm), group)).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })

  test('and from its shards', async () => {
    const folder = await temporaryFolder()
    const groups = new Map([...everyGroups(12)].map((group) => [group.problem.id, group]))
    await writeEveryExport(folder, groups.values())
    const { files } = await readManifest(folder)
    for (const one of exports) {
      let parsed = 0
      for (const { path } of files.filter(({ config }) => config === one.name))
        for await (const row of readParquetRows(join(folder, path)))
          parsed += checkRows(one, [row], groups.get(row['pair_id'] as string)!)
      expect([one.name, parsed >= hostileTexts.length]).toEqual([one.name, true])
    }
  })
})
