import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import type { GroupSample } from '../../output/exports/export.ts'
import { renderHarmony } from '../../output/exports/harmony.ts'
import { escapeTags, renderThinking } from '../../output/exports/think.ts'
import { everyGroups, writeEveryExport } from '../support/every-export.ts'

/* What trainers make of every configuration that they train on, with a student of Qwen3's template. */
const here = import.meta.dirname
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.warn('SKIPPED: no python3 here, so no trainer has loaded the dataset')

type Loaded = { trainer: string; config: string; rows?: number; span?: string; error?: string }

const work = mkdtempSync(join(tmpdir(), 'twinstill-trainers-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

function python(): string {
  return execFileSync('sh', [join(here, 'setup.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

const groups = [...everyGroups(6)]

/** What may be trained: the whole answer of a sample, as a think block or as the channels of harmony. */
function trainable({ arm, trace }: GroupSample): string[] {
  const reasoning = arm.mode === 'thinking' ? trace.reasoning : null
  const both = [renderThinking(reasoning, trace.answer), renderHarmony(reasoning, trace.answer)]
  // Trainers that begin after the opening tag, or put an empty block before a plain answer.
  return [...both, both[0]!.replace(/^<think>\n/u, ''), `<think>\n\n</think>\n\n${escapeTags(trace.answer)}`]
}

const wanted = new Set(groups.flatMap(({ samples }) => samples.flatMap(trainable)))

/** The trained text without the token that ends it. */
function withoutEnd(span: string): string {
  return span.replace(/<\|im_end\|>\n?$/u, '')
}

describe.skipIf(!hasPython)('every configuration, loaded by the code of trainers', () => {
  const folder = join(work, 'dataset')
  let loaded: Loaded[]
  let rows: Map<string, number>

  beforeAll(async () => {
    mkdirSync(folder)
    await writeEveryExport(folder, groups)
    rows = new Map((await readManifest(folder)).exports.map((one) => [one.name, one.rows]))
    const printed = execFileSync(python(), [join(here, 'load.py'), folder, work], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', process.env['TRAINERS_LOG'] === undefined ? 'ignore' : 'inherit'],
      maxBuffer: 100_000_000,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', HF_HOME: join(work, 'home') },
    })
    loaded = JSON.parse(printed.trim().split('\n').at(-1)!) as Loaded[]
    const lines = loaded.map(
      ({ trainer, config, rows: found, span, error }) =>
        `${trainer} | ${config} | ${found ?? '–'} | ${JSON.stringify(span ?? error).slice(0, 160)}`,
    )
    process.stdout.write(
      `trainer | configuration | rows | what of the first one is trained\n${lines.join('\n')}\n`,
    )
  })

  test('has all its rows, and none raises', () => {
    const others = loaded.filter(({ trainer }) => !trainer.startsWith('verl with'))
    expect(others.length).toBeGreaterThan(40)
    expect(others.filter(({ error }) => error !== undefined)).toEqual([])
    expect(others.map(({ config, rows: found }) => [config, found])).toEqual(
      others.map(({ config }) => [config, rows.get(config)]),
    )
  })

  test('verl, which applies a template to each message alone, cannot train reasoning with that of Qwen3, as the card says', () => {
    const [raises, ignores] = loaded.filter(({ trainer }) => trainer.startsWith('verl with'))
    expect(raises!.error).toContain('apply_chat_template to each turn separately')
    expect(ignores!.span).not.toContain('Twice 0')
  })

  test('trains whole answers, nothing of the question, and the token that ends them', () => {
    const answers = loaded.filter(({ trainer }) =>
      /SFT|KTO|LLaMA-Factory (?:openai|sharegpt)|axolotl/u.test(trainer),
    )
    for (const { trainer, config, span } of answers.filter(({ config: name }) => name !== 'journey')) {
      expect([trainer, config, wanted.has(withoutEnd(span!))]).toEqual([trainer, config, true])
      expect([trainer, config, /<\|(?:im_end|return)\|>\n?$/u.test(span!)]).toEqual([trainer, config, true])
    }
    for (const { span } of loaded.filter(({ trainer }) => /DPO|ranking/u.test(trainer)))
      for (const side of span!.split(' <> '))
        expect([side, [...wanted].some((text) => side.includes(text))]).toEqual([side, true])
  })
})
