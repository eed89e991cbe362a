import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { Shape, shapedMessage, withAliases, type ChatMessage } from '../../output/exports/shapes.ts'
import { escapeTags, parseThinking } from '../../output/exports/think.ts'
import { openRowChecker } from '../../output/render/check-rows.ts'
import { compileTemplate } from '../../output/render/chat-template.ts'
import { checkText } from '../../output/render/check-text.ts'
import { describeTemplate, type TemplateFacts } from '../../output/render/describe.ts'
import { knownTemplates } from '../../output/render/known-templates.ts'
import { outcomesOf } from '../../output/render/template-table.ts'
import type { PlainTexts } from '../../output/render/training-rows.ts'
import type { Conversation } from '../../output/render/forms.ts'
import { openTally, type ConfigurationReport } from '../../output/render/report.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { runCli } from '../support/run-cli.ts'
import { hasPython, runPython } from './python.ts'

/* What the chat templates of real families, taken from TRL's wheel, make of the rows of the quickstart. */
const rowsWanted = Number(process.env['RENDERED_ROWS'] ?? 30)
const tokens = { bos_token: '<bos>', eos_token: '<eos>', pad_token: '<pad>', unk_token: '<unk>' }
/** They want parts of content, such as pictures. */
const isVision = (name: string): boolean => /^(?:idefics3|smolvlm|llava_next)/u.test(name)

const work = mkdtempSync(join(tmpdir(), 'twinstill-templates-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

type Pair = { prompt: ChatMessage[]; reasoning: string; answer: string; plain: string }

async function pairsOfQuickstart(): Promise<Pair[]> {
  const recipe = fileURLToPath(new URL('../../recipes/quickstart.yaml', import.meta.url))
  expect(await runCli(['distill', recipe], { cwd: work })).toMatchObject({ code: 0 })
  const dataset = join(work, 'runs/quickstart/dataset')
  const file = (await readManifest(dataset)).files.find(({ config }) => config === 'pairs')
  const pairs: Pair[] = []
  for await (const row of readParquetRows(join(dataset, file!.path), { rowEnd: rowsWanted })) {
    const { reasoning, answer } = parseThinking(row['reasoning'] as string)
    const plain = parseThinking(row['ift'] as string).answer
    pairs.push({
      prompt: [{ role: 'user', content: row['prompt'] as string }],
      reasoning: reasoning!,
      answer,
      plain,
    })
  }
  return pairs
}

/** Rows with reasoning in a shape, and rows without. */
function conversations(pairs: readonly Pair[], shape: Shape, splits: boolean, name?: string): Conversation[] {
  return pairs.flatMap(({ prompt, reasoning, answer, plain }) =>
    [true, false].map((on) => ({
      id: '',
      prompt,
      answer: on ? shapedMessage(shape, reasoning, answer) : shapedMessage(shape, null, plain),
      splits,
      kwargs: name === undefined ? {} : { [name]: on },
    })),
  )
}

function fill(frame: string, texts: Record<string, string>): string {
  return frame.replaceAll(/\{(\w+)\}/gu, (whole, key: string) => texts[key] ?? whole)
}

/** The same with reasoning, as the plain texts that are advised for a template. */
function textsFor(pairs: readonly Pair[], { text }: TemplateFacts): PlainTexts[] {
  return pairs.map(({ prompt, reasoning, answer }) => ({
    id: '',
    prompt: fill(text.prompt, { user: prompt[0]!.content }),
    completion: fill(text.completion, { reasoning: escapeTags(reasoning), answer: escapeTags(answer) }),
  }))
}

function shown({ right, faults }: ConfigurationReport): string {
  return `${right} ${faults.lost} ${faults.misplaced}`
}

describe.skipIf(!hasPython)('the chat templates of real families', () => {
  let sources: [name: string, source: string][]
  let pairs: Pair[]

  beforeAll(async () => {
    sources = Object.entries(runPython('chat_templates.py', 'sources') as Record<string, string>).toSorted(
      ([a], [b]) => (a < b ? -1 : 1),
    )
    pairs = await pairsOfQuickstart()
  })

  test('are rendered byte for byte as transformers renders them', () => {
    const given: { messages: ChatMessage[]; prompt: boolean; kwargs: Record<string, unknown> }[] = []
    for (const { prompt, reasoning, answer, plain } of pairs.slice(0, 5)) {
      const add = (messages: ChatMessage[]): number => given.push({ messages, prompt: false, kwargs: {} })
      for (const shape of Shape.options) add([...prompt, shapedMessage(shape, reasoning, answer)])
      add([...prompt, { role: 'assistant', content: `  ${plain}\n` }])
      given.push({ messages: prompt, prompt: true, kwargs: { enable_thinking: false } })
    }
    writeFileSync(join(work, 'conversations.json'), JSON.stringify(given))
    const theirs = runPython('chat_templates.py', 'render', join(work, 'conversations.json')) as Record<
      string,
      string[]
    >
    const today = new Set<string>()
    const different = sources.flatMap(([name, source]) => {
      if (source.includes('strftime_now')) today.add(name)
      const template = compileTemplate(source, tokens)
      return given.flatMap(({ messages, prompt, kwargs }, index) => {
        let own: string
        try {
          const { text } = template.render(messages.map(withAliases), { addGenerationPrompt: prompt, kwargs })
          own = createHash('sha256').update(text).digest('hex')
        } catch {
          own = 'error'
        }
        return own === theirs[name]![index] ? [] : [`${name} ${index}`]
      })
    })
    // Templates that print the day are given another one here.
    expect(different.filter((each) => !today.has(each.split(' ')[0]!) && !isVision(each))).toEqual([])
    process.stdout.write(
      `${sources.length} templates, ${given.length} conversations each, equal but for the day in ${[...today].join(', ')}\n`,
    )
  })

  test('do with each shape what the cards of datasets say of them', () => {
    const found = sources
      .filter(([name]) => !isVision(name))
      .map(([name, source]) => [name, outcomesOf(source, tokens)])
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(knownTemplates))
  })

  test('lose nothing and misplace nothing in the shape that is found for each, and are refused where there is none', () => {
    const lines = [
      `template | chosen | ${Shape.options.map((shape) => `${shape}: right lost misplaced`).join(' | ')} | plain texts | both modes as messages, ambiguous | split by a switch, ambiguous`,
    ]
    const refused: string[] = []
    for (const [name, source] of sources) {
      const template = compileTemplate(source, tokens)
      const facts = describeTemplate(template)
      const check = openRowChecker(template, facts, () => null)
      const tallied = (rows: readonly Conversation[]): ConfigurationReport => {
        const tally = openTally(name, 'messages', { facts, context: null, oldest: 'any' })
        for (const row of rows) tally.add(check(row))
        return tally.report()
      }
      const only = (shape: Shape): ConfigurationReport =>
        tallied(conversations(pairs, shape, true).filter((_, index) => index % 2 === 0))
      const each = Shape.options.map((shape) => shown(only(shape))).join(' | ')
      const plain = textsFor(pairs, facts).filter(
        (row) => checkText(row, facts, () => null).raw === 'right',
      ).length
      // Where no message keeps the reasoning, texts that no template is applied to do.
      if (!isVision(name)) expect([name, plain]).toEqual([name, pairs.length])
      if (facts.best === null) {
        const inline = only('inline')
        expect(inline.right).toBe(0)
        expect(inline.advice).toMatch(
          isVision(name) ? /./u : /no shape of messages keeps the reasoning.*"completion":/u,
        )
        refused.push(name)
        lines.push(`${name} | refused | ${each} | ${plain} | – | –`)
        continue
      }
      const chosen = only(facts.best)
      expect([name, chosen.faults, chosen.right]).toEqual([
        name,
        expect.objectContaining({ lost: 0, misplaced: 0, answer_lost: 0, error: 0 }),
        pairs.length,
      ])
      const variable = facts.switches.find(({ values }) => values.includes(true))?.name
      const together = tallied(conversations(pairs, facts.best, false)).faults.ambiguous
      const split =
        variable === 'enable_thinking'
          ? tallied(conversations(pairs, facts.best, true, variable)).faults.ambiguous
          : undefined
      if (split !== undefined) expect([name, split]).toEqual([name, 0])
      lines.push(`${name} | ${facts.best} | ${each} | ${plain} | ${together} | ${split ?? 'no switch'}`)
    }
    process.stdout.write(`${lines.join('\n')}\n`)
    expect(refused.filter((each) => !isVision(each)).toSorted()).toEqual([
      'deepseek_r1_distill',
      'deepseekv3',
      'deepseekv3_training',
    ])
  })
})
