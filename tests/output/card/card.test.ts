import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { writeCard } from '../../../output/card/card.ts'
import type { CardFacts } from '../../../output/card/card.ts'
import { writeShards } from '../../../output/dataset/dataset.ts'
import type { ProblemGroup } from '../../../output/exports/export.ts'
import { makeManifest, writeManifest } from '../../../output/dataset/manifest.ts'
import { chooseExports } from '../../../output/exports/registry.ts'
import { madePair, studyArms } from '../made-pairs.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const hostile = [
  '---\nlicense: mit\n---',
  '```\n</details><script>alert(1)</script>\n````',
  '| a | b |\n| --- | --- |',
  '[link](javascript:alert(1)) ![x](http://127.0.0.1/x.png) <img src=x onerror=alert(1)>',
  '\u202Eturned\u202C \u0000 \u001B[31m',
].join('\n\n')

const facts: CardFacts = {
  title: 'Sums: "two" # arms\n---',
  summary: 'Sums with and without reasoning.',
  repository: 'made/sums',
  license: null,
  language: ['en'],
  arms: studyArms,
  exports: chooseExports(studyArms),
  funnel: [
    {
      stage: 'answered',
      arm: 'ift-arm',
      in: 1234,
      out: 1200,
      lost: { api_error: 4, cut_in_answer: 30, none: 0 },
    },
    { stage: 'written', arm: 'ift-arm', in: 30, out: 30, lost: {} },
  ],
  provenance: { version: '1.2.3', recipe: 'sums', fingerprint: 'f00d', seed: 7 },
  verifiers: [{ task: 'math', verifier: 'math', version: '9', text: 'on 7 labelled answers it lost none' }],
  notes: { decontamination: 'none against any benchmark' },
}

async function cardOf(
  pairs: () => Iterable<ProblemGroup>,
  changes: Partial<CardFacts> = {},
  shardBytes = 5000,
): Promise<string> {
  const folder = await temporaryFolder()
  const written = await writeShards({
    folder,
    arms: studyArms,
    exports: facts.exports,
    groups: pairs(),
    shardBytes,
  })
  await writeManifest(folder, makeManifest('f00d', written))
  await writeCard(folder, { ...facts, ...changes })
  return readFile(join(folder, 'README.md'), 'utf8')
}

function* pairs(): Generator<ProblemGroup> {
  for (let index = 0; index < 30; index++) yield madePair(index, studyArms)
}

function frontMatter(card: string): Record<string, unknown> {
  return parse(card.split(/^---$/m)[1]!) as Record<string, unknown>
}

/** The card's lines that no code fence holds; fails when a fence is left open. */
function outsideFences(card: string): string[] {
  let open = ''
  const outside: string[] = []
  for (const line of card.split('\n')) {
    const [fence = ''] = /^`{3,}/.exec(line) ?? []
    if (open === '' && fence === '') outside.push(line)
    else if (open === '') open = fence
    else if (fence.length >= open.length && line === fence) open = ''
  }
  expect(open).toBe('')
  return outside
}

describe('the dataset card', () => {
  test('tells the Hub which files are which configuration', async () => {
    // Readers that cache by this block, and not by the files, see by it that the rows are others.
    const description = expect.stringMatching(/^content [0-9a-f]{16}$/u) as string
    expect(frontMatter(await cardOf(pairs))).toEqual({
      pretty_name: 'Sums: "two" # arms\n---',
      license: 'cc-by-4.0',
      language: ['en'],
      task_categories: ['text-generation'],
      size_categories: ['n<1K'],
      annotations_creators: ['machine-generated'],
      language_creators: ['machine-generated'],
      tags: ['synthetic', 'distillation', 'sft', 'reasoning', 'chain-of-thought', 'twinstill'],
      configs: [
        { config_name: 'pairs', description, data_files: [{ split: 'train', path: 'data/pairs/train-*' }] },
        {
          config_name: 'reasoning',
          default: true,
          description,
          data_files: [{ split: 'train', path: 'data/reasoning/train-*' }],
        },
        { config_name: 'ift', description, data_files: [{ split: 'train', path: 'data/ift/train-*' }] },
      ],
    })
  })

  test('counts rows, tokens, teachers and verdicts from the shards', async () => {
    const card = await cardOf(pairs)
    expect(card).toContain('30 problems, each answered by 2 arms, in 3 configurations')
    // Reasoning has 100 to 129 tokens and every answer 10.
    expect(card).toContain('| `reasoning` | `reasoning` | 3,735 | 124 | 138 | 139 |')
    expect(card).toContain('| `pairs` | `ift` | 300 | 10 | 10 | 10 |')
    expect(card).toContain('| `reasoning` | `correct` 30 |')
    expect(card).toContain('| `pairs` | `correct` 60 |')
    expect(card).toContain('| model | `made/ift` | `made/reasoning` |')
    expect(card).toMatch(/^\| sampling \| .* \| temperature 0\.6, .*top\\_k –.* \|$/mu)
    expect(card).toContain('| rows | 30 | 30 |')
    expect(card).toContain('| made/sums | CC-BY-4.0 | 30 | 100.0 % |')
    expect(card).toContain('| answered | `ift-arm` | 1,234 | 1,200 | `cut_in_answer` 30, `api_error` 4 |')
  })

  test('says how many tokens a pair took and where the others went', async () => {
    const use = { arm: 'ift-arm', prompt_tokens: 1000 }
    const card = await cardOf(pairs, {
      tokens: [
        { ...use, stage: 'written', reason: '', completion_tokens: 2000 },
        { ...use, stage: 'kept', reason: 'incorrect', completion_tokens: 5000 },
      ],
    })
    expect(card).toContain(
      'paid 300 tokens of prompt and answer for each pair in the dataset; 33.3 % of their',
    )
    expect(card).toContain('| `ift-arm` | written pairs | 3,000 | 33.3 % |')
    expect(card).toContain('| `ift-arm` | `incorrect` (kept) | 6,000 | 66.7 % |')
    expect(await cardOf(pairs)).not.toContain('## Tokens')
  })

  test('names what nobody recorded, and quotes what the operator noted', async () => {
    const card = await cardOf(pairs)
    expect(card).toContain('| commit | stated when it is published |')
    expect(card).toContain(
      '- Deduplication: not recorded\n- Decontamination against benchmarks: none against any benchmark',
    )
  })

  test('names a hundred sources and counts the others, and says of a judge what the rows say', async () => {
    const card = await cardOf(function* () {
      for (let index = 0; index < 103; index++) {
        const pair = madePair(index, studyArms)
        pair.problem.source = `https://made.example/${String(index).padStart(3, '0')}`
        for (const { verdict } of pair.samples) verdict.verdict_source = 'both'
        yield pair
      }
    })
    expect(card).toContain('| 3 further ones | CC\\-BY\\-4.0 | 3 | 2.9 % |'.replaceAll('\\-', '-'))
    expect(card.match(/^\| https:/gm)).toHaveLength(100)
    expect(card).toContain('| further models that judged or checked it | a model judged some of the answers')
    expect(card).toMatch(
      /\| size \| tokens \(.*\): [\d,]+ in the 103 rows of `pairs` \||\| size \| tokens \(.*\): .*; the other configurations hold answers of the same models \|/,
    )
  })

  test('is the same text for the same dataset', async () => {
    expect(await cardOf(pairs)).toBe(await cardOf(pairs))
  })

  test('is not broken by what models or sources wrote', async () => {
    const card = await cardOf(() => {
      const pair = madePair(1, studyArms, { prompt: hostile, reasoning: hostile, answer: hostile })
      pair.problem.source = hostile
      pair.problem.license = 'odd | <b>license</b>'
      pair.problem.domain = '`x` $y$ **z**'
      for (const member of pair.samples) member.trace.model = `\`|${hostile}`
      return [pair]
    })
    const matter = frontMatter(card)
    expect(matter).toMatchObject({ license: 'other', license_name: 'odd | <b>license</b>' })
    const body = outsideFences(card.split(/^---$/m).slice(2).join('---'))
    // What is left when escaped characters and inline code are taken away must have no markup of the texts.
    const bare = body.map((line) =>
      line.replaceAll(/\\[!-~]/g, '').replaceAll(/(`+)(?!`).+?(?<!`)\1(?!`)/g, ''),
    )
    const folded = /^<details><summary>A row of [\w.-]+, long texts cut<\/summary>$|^<\/details>$/
    const plot = /^\[!\[[\w ,]+\]\((plots\/[\w-]+)\.png\)\]\(\1\.svg\)$/
    expect(
      bare.filter((line) => /[<`]|\]\(|!\[/.test(line) && !plot.test(line) && !folded.test(line)),
    ).toEqual([])
    expect(bare.filter((line) => plot.test(line)).length).toBe(4)
    expect(card.match(/(?!\n)[\p{Cc}\p{Cf}]/gu) ?? []).toEqual([])
    const tables = bare.join('\n').match(/(^\|.*\|$\n?)+/gm) ?? []
    const widths = tables.map(
      (text) =>
        new Set(
          text
            .trim()
            .split('\n')
            .map((line) => line.split('|').length),
        ).size,
    )
    expect(widths.length).toBeGreaterThan(8)
    expect(new Set(widths)).toEqual(new Set([1]))
    expect(body.filter((line) => /^#+ /.test(line)).length).toBe(19)
  })

  test('has one short example of every configuration, as JSON', async () => {
    const card = await cardOf(
      function* () {
        yield madePair(1, studyArms, { reasoning: 'r'.repeat(2000) })
        yield madePair(2, studyArms, { reasoning: 's'.repeat(1500) })
      },
      {},
      100_000,
    )
    const examples = [...card.matchAll(/^```json\n([^]*?)\n```$/gm)].map(
      (match) => JSON.parse(match[1]!) as Record<string, unknown>,
    )
    expect(examples.map((example) => example['pair_id'])).toEqual(
      Array.from({ length: 3 }, (_, at) => madePair(at === 2 ? 1 : 2, studyArms).problem.id),
    )
    const [, answer] = examples[1]!['messages'] as { content: string }[]
    expect(answer!.content).toMatch(/^<think>\ns{392}… \([\d,]+ more characters\)$/u)
  })

  test('states no language that nobody stated', async () => {
    expect(frontMatter(await cardOf(pairs, { language: [] }))).not.toHaveProperty('language')
  })

  test('can be written for a dataset without rows, and for one that has no place yet', async () => {
    const card = await cardOf(() => [], { repository: null, funnel: [] })
    expect(frontMatter(card)).toMatchObject({ license: 'other', size_categories: ['n<1K'] })
    expect(card).toContain('load_dataset(".", "reasoning", split="train")')
    outsideFences(card)
  })
})
