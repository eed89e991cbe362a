import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shapedMessage } from '../../output/exports/shapes.ts'
import { openRenderer } from '../../output/render/renderer.ts'
import { readTarget } from '../../output/render/target.ts'
import { datasetFiles } from '../../pipeline/commands/review/dataset/dataset-files.ts'
import { openDatasetPairs } from '../../pipeline/commands/review/dataset/dataset-pairs.ts'
import { contentHash, type ReviewPair } from '../../review/pairs/pair.ts'
import type { PairNote, PairSource } from '../../review/pairs/source.ts'
import type { Student } from '../../review/pairs/student.ts'
import { drawSample } from '../../review/draw/draw-sample.ts'
import { keys } from '../../review/view/keys.ts'
import { serveReview, type ReviewServer } from '../../review/server/serve.ts'
import { openSession } from '../../review/server/session.ts'
import { readReviews } from '../../review/verdicts/review-lines.ts'
import { studentFolder } from '../support/student-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { attacks } from './attacks.ts'
import { hasChromium, openChromium } from './open-chromium.ts'
import { beginReview, leave, press, saved, shownId } from './reviewer.ts'

/** A pair whose texts are all one text, in its thought as often as is said. */
function pairOf(at: number, text: string, times: number): ReviewPair {
  const answer = (arm: string, reasons: boolean) => ({
    arm,
    reasons,
    selected: true,
    reasoning: reasons ? `${text}\n\nWait, once more.\n\n`.repeat(times) : '',
    answer: `${text}\n\nSo the answer is $\\frac{1}{2}$.`,
    reasoning_tokens: reasons ? 900 : 0,
    answer_tokens: 20,
    verdict: {
      verdict: 'correct',
      extracted: text,
      extraction: 'boxed',
      path: 'literal',
      reason: text.slice(0, 40),
      verifier: 'math 1',
      rule: 'correct',
      judge: null,
      source: 'rule',
      majority_answer: '',
      gold_repaired: false,
    },
    finish_state: 'complete',
    truncation: 'none',
    dropped: [],
    filters: [{ filter: 'length', reasons: [], values: { total: 920 }, options: { total: { max: 32768 } } }],
    facts: { model: text, mode: 'thinking', key: 'k' },
  })
  const answers = [answer('ift', false), answer('reasoning', true)]
  return {
    id: at.toString(16).padStart(32, '0'),
    content_hash: contentHash(
      text,
      [text],
      answers.map((each) => each.answer),
    ),
    prompt: text,
    reference: [text],
    choices: [],
    task: 'math',
    domain: text,
    difficulty: '',
    source: text,
    source_id: '',
    license: 'cc0-1.0',
    gold_suspect: false,
    lost: '',
    answers,
  }
}

function sourceOf(folder: string, texts: readonly string[], times: number): PairSource {
  const pairs = new Map(texts.map((text, at) => [pairOf(at, text, times).id, pairOf(at, text, times)]))
  return {
    name: texts[0]!,
    reviews: join(folder, 'reviews'),
    async *places() {
      yield* pairs.values()
    },
    async *notes() {
      for (const { id, domain, source } of pairs.values())
        yield {
          id,
          domain,
          source,
          task: 'math',
          difficulty: '',
          lost: '',
          dropped: [],
          gold_suspect: false,
          judged: false,
          verdicts: [],
          tokens: 920,
          near: null,
        } satisfies PairNote
    },
    read: async (id) => pairs.get(id),
  }
}

async function open(
  folder: string,
  texts: readonly string[],
  { student, times = 120 }: { student?: Student; times?: number } = {},
): Promise<ReviewServer> {
  const source = sourceOf(folder, texts, times)
  const sample = await drawSample(source.places(), { seed: 1, size: 200, risks: [], perRisk: 0 })
  let now = Date.UTC(2026, 0, 1)
  const gate = { sample: 200, max_defect_rate: 0.2, upper_bound: 0.95 }
  const session = await openSession({
    source,
    sample,
    seed: 1,
    gate,
    doubleShare: 1,
    now: () => (now += 1000),
  })
  return serveReview(session, 0, student)
}

/** A student with a template of its own. */
async function studentOf(folder: string, name: string): Promise<Student & AsyncDisposable> {
  const renderer = openRenderer(await readTarget('student', folder))
  return {
    name,
    async read({ prompt, answers }) {
      const rows = answers.map(({ reasons, reasoning, answer }) => ({
        id: '',
        prompt: [{ role: 'user', content: prompt }],
        answer: shapedMessage('reasoning_content', reasons ? reasoning : null, answer),
        splits: false,
        kwargs: {},
      }))
      const texts = await renderer.show(rows)
      return answers.map(({ arm }, at) => Object.assign({ arm, form: attacks[2]! }, texts[at]!))
    },
    [Symbol.asyncDispose]: () => renderer[Symbol.asyncDispose](),
  }
}

/** Of the page, where the functions given to `evaluate` run. */
declare const document: {
  querySelectorAll(selector: string): { length: number }
  querySelector(selector: string): { dataset: Record<string, string> } | null
}

/** What nothing of a model may bring into the page. */
const oddOf = (page: Page): Promise<{ hacked: boolean; nodes: number; buttons: number }> =>
  page.evaluate(() => ({
    hacked: 'hacked' in globalThis,
    nodes: document.querySelectorAll(
      'main :is(script,img,svg,iframe,a,object,embed,video,style,link,meta,base,form,input,dialog,[style],[href])',
    ).length,
    buttons: document.querySelectorAll('main .model-text :is(button,[data-act],[id],[class*=own])').length,
  }))

describe.skipIf(!hasChromium('the page of a review'))('the page of a review', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openChromium()
  })
  afterAll(() => browser.close())

  const begin = (url: string, name: string) => beginReview(browser, url, name)

  test('a whole session by keyboard, with a reload in the middle, and a second reviewer who sees no verdict', async () => {
    await using folder = await temporaryFolder()
    const server = await open(
      folder.path,
      Array.from({ length: 8 }, (_, at) => `What is ${at} + 1?`),
    )
    try {
      const { page, wrong } = await begin(server.url, 'ana')
      expect(page.url()).not.toContain('token')
      const first = await shownId(page)
      await press(page, 'a')
      await leave(page, first)
      const second = await shownId(page)
      await press(page, 'x', '2')
      await leave(page, second)
      const third = await shownId(page)
      await saved(page)
      await page.reload()
      await page.locator('.pair').waitFor()
      expect(await shownId(page)).toBe(third)
      await press(page, 'n')
      await page.keyboard.type('j and a are letters here')
      await press(page, 'Enter')
      await page.locator('.remarks .note').waitFor()
      await press(page, 'f')
      await page.locator('.remarks', { hasText: 'flagged' }).waitFor()
      await press(page, 'u')
      await page.locator('.remarks', { hasText: 'flagged' }).waitFor({ state: 'detached' })
      await press(page, 't')
      await page.locator('.block').first().waitFor()
      expect(await page.locator('.place').textContent()).toContain('2/8 judged')
      await press(page, '?')
      expect(await page.locator('#help').isVisible()).toBe(true)
      expect(await page.locator('#help tr').count()).toBe(keys.length)
      await press(page, '?', 'd', 'p', 's')
      expect(await page.locator('.difference').isVisible()).toBe(true)
      expect(await page.locator('.details').isVisible()).toBe(true)
      await page.locator('.student mark').first().waitFor()
      await press(page, 'G', 'g', 'j', 'k')
      await saved(page)

      const bob = await begin(server.url, 'bob')
      for (let pair = 0; pair < 8; pair++) {
        expect(await bob.page.locator('.remarks').textContent()).not.toContain('ana')
        const id = await shownId(bob.page)
        await press(bob.page, 'a')
        if (pair < 7) await leave(bob.page, id)
      }
      await bob.page.locator('.place', { hasText: '8/8 judged' }).waitFor()
      expect(await bob.page.locator('#agreement').textContent()).toContain('2 pairs with two reviewers')
      expect([...wrong, ...bob.wrong]).toEqual([])
      const reviews = await readReviews(join(folder.path, 'reviews'))
      expect(reviews.of(second!).get('ana')).toMatchObject({ verdict: 'reject', reason: 'bad_reasoning' })
      expect(reviews.of(third!).get('ana')).toMatchObject({ note: 'j and a are letters here' })
      expect(reviews.of(third!).get('ana')).not.toHaveProperty('flag')
      expect(reviews.of(first!).get('bob')).toMatchObject({ verdict: 'accept' })
    } finally {
      await server.close()
    }
  })

  test('every key of the table does something that is seen', async () => {
    await using folder = await temporaryFolder()
    const texts = Array.from({ length: 9 }, (_, at) => `${'Let us see. '.repeat(9)}What is ${at} + 1?`)
    const server = await open(folder.path, texts)
    /** What must have been pressed for a key to have anything to do. */
    const before: Record<string, readonly string[]> = {
      u: ['f'],
      ',': ['ArrowRight', 't', '.', '.'],
      '.': ['ArrowRight', 't'],
      ArrowLeft: ['ArrowRight'],
    }
    try {
      const { page, wrong } = await begin(server.url, 'ana')
      await page.setViewportSize({ width: 600, height: 700 })
      const seen = () =>
        page.evaluate(() => {
          const here = globalThis as unknown as {
            scrollY: number
            document: { body: { outerHTML: string }; activeElement: { id: string } | null }
          }
          return `${here.scrollY} ${here.document.activeElement?.id} ${here.document.body.outerHTML}`
        })
      for (const { key } of keys) {
        await page.reload()
        await page.locator('.pair').waitFor()
        const first = await shownId(page)
        await press(page, 'g', 'j', 'j', 'j', 'j')
        await expect.poll(() => page.locator('.place').textContent()).toMatch(/^5 of/u)
        for (const earlier of before[key] ?? []) {
          await press(page, earlier)
          if (earlier === 't') await page.locator('.block').nth(2).waitFor()
        }
        if (key === 'u') await page.locator('.remarks', { hasText: 'flagged' }).waitFor()
        const was = await seen()
        await press(page, key)
        await expect.poll(async () => [key, (await seen()) === was], { timeout: 5000 }).toEqual([key, false])
        expect(first).not.toBeNull()
      }
      expect(wrong).toEqual([])
    } finally {
      await server.close()
    }
  })

  test('none of the attacks runs, in prompts, answers, names and notes, rendered or raw', async () => {
    expect(attacks.length).toBeGreaterThanOrEqual(60)
    await using folder = await temporaryFolder()
    await using student = await studentOf(await studentFolder(folder.path, attacks[0]), attacks[1]!)
    const server = await open(folder.path, attacks, { student, times: 60 })
    try {
      const { page, wrong } = await begin(server.url, `<img src=x onerror="window.hacked=1">`)
      for (let at = 0; at < attacks.length; at++) {
        const id = await shownId(page)
        await press(page, 't', 'd', 'p', 's')
        await page.locator('.thought-blocks .block').first().waitFor()
        await page.locator('.student h4').first().waitFor()
        expect([attacks[Number.parseInt(id!, 16)], await oddOf(page)]).toEqual([
          attacks[Number.parseInt(id!, 16)],
          { hacked: false, nodes: 0, buttons: 0 },
        ])
        expect(await page.locator('.pair').count()).toBe(1)
        if (at === attacks.length - 1) break
        await press(page, 'j')
        await leave(page, id)
      }
      await press(page, 'n')
      await page.locator('#note').fill(attacks.slice(0, 30).join(' '))
      await press(page, 'Enter')
      await page.locator('.remarks .note').waitFor()
      await press(page, 'r')
      await page.locator('.pair').waitFor()
      expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
      expect(wrong).toEqual([])
    } finally {
      await server.close()
    }
  })

  test('nor do they run in the dataset of somebody else, in its name, columns, ids and texts', async () => {
    await using folder = await temporaryFolder()
    const place = join(folder.path, '<img src=x onerror=alert(1)>')
    await mkdir(place)
    const arm = '<svg onload=alert(1)>$x$'
    // Each alone is looked at above; here many stand in a row, as the way to the page is what is new.
    const texts = Array.from({ length: Math.ceil(attacks.length / 8) }, (_, at) =>
      attacks.slice(at * 8, at * 8 + 8).join('\n\n'),
    )
    const columns = {
      pair_id: texts.map((text) => text.slice(0, 100)),
      prompt: texts,
      domain: texts,
      [arm]: texts.map((text) => `<think>${text}</think>${text}`),
    }
    const columnData = Object.entries(columns).map(([name, data]) => ({
      name,
      data,
      type: 'STRING' as const,
    }))
    await writeFile(join(place, 'train.parquet'), Buffer.from(parquetWriteBuffer({ columnData })))
    const source = await openDatasetPairs(await datasetFiles(place))
    const sample = await drawSample(source.places(), { seed: 1, size: 200, risks: [], perRisk: 0 })
    const gate = undefined
    const session = await openSession({ source, sample, seed: 1, gate, doubleShare: 1, now: Date.now })
    const server = await serveReview(session, 0)
    try {
      const { page, wrong } = await begin(server.url, 'ana')
      for (let at = 0; at < texts.length; at++) {
        const id = await shownId(page)
        await press(page, 't', 'd', 'p', 's')
        await page.locator('.student h4').first().waitFor()
        expect([id, await oddOf(page)]).toEqual([id, { hacked: false, nodes: 0, buttons: 0 }])
        if (at === texts.length - 1) break
        await press(page, 'j')
        await page.waitForFunction((before) => document.querySelector('.pair')?.dataset['id'] !== before, id)
      }
      expect(wrong).toEqual([])
    } finally {
      await server.close()
    }
  })

  test('axe finds nothing, wide and narrow, light and dark', async () => {
    await using folder = await temporaryFolder()
    await using student = await studentOf(await studentFolder(folder.path), 'org/student')
    const texts = [
      'What is $1 + 1$?\n```python\ndef f(x: int) -> str:  # adds\n    return "two" if x == 1 else len([None])\n```',
      'And 2?',
    ]
    const server = await open(folder.path, texts, { student })
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    try {
      const { page } = await begin(server.url, 'ana')
      expect(await page.locator('.answer').first().textContent()).toBe(
        await page
          .locator('.answer')
          .first()
          .evaluate((one) => (one as unknown as { textContent: string }).textContent.trim()),
      )
      await press(page, 'd', 'p', 's')
      await page.locator('.student mark').first().waitFor()
      await press(page, 'x')
      await page.evaluate(axe)
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1280, 390]) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 800 })
          const found = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as {
              axe: {
                run(
                  what: object,
                ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
              }
            }
            return (await axe.run({ exclude: ['math'] })).violations.map(({ id, nodes }) => [
              id,
              nodes[0]?.html,
            ])
          })
          expect([colorScheme, width, found]).toEqual([colorScheme, width, []])
          const shots = process.env['SCREENSHOTS']
          if (shots !== undefined)
            await page.screenshot({
              path: join(shots, `review-${colorScheme}-${width}.png`),
              fullPage: true,
            })
        }
    } finally {
      await server.close()
    }
  })
})
