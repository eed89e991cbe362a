import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeReport } from '../../report/make-report.ts'
import { writeReport } from '../../report/write-report.ts'
import { hostileRun } from '../report/hostile-run.ts'
import { scriptedRun } from '../report/scripted-run.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { attacks } from './attacks.ts'
import { hasChromium, openChromium } from './open-chromium.ts'

/* The page of a report. `SCREENSHOTS=FOLDER` keeps pictures and the PDF to look at. */
/** Of the page, where the functions given to `evaluate` run. */
type Box = { height: number; width: number }
type Element = { scrollWidth: number; clientWidth: number; getBoundingClientRect(): Box; open: boolean }
declare const document: {
  documentElement: Element
  querySelectorAll(selector: string): Iterable<Element> & { length: number }
}
declare function getComputedStyle(element: Element): { breakInside: string }
declare const axe: {
  run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
}

/** Points of CSS between the margins of an A4 page. */
const paper = { width: 718, height: 1047 }

describe.skipIf(!hasChromium('the report'))('the page of a report', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let browser: Browser
  let run: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    run = await scriptedRun(folder.path)
    const made = await runCli(['report', run], { cwd: folder.path })
    expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' })
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    await folder[Symbol.asyncDispose]()
  })

  /** A page of a file, with everything that must not happen on it. */
  async function open(file: string): Promise<{ page: Page; wrong: string[] }> {
    const page = await (await browser.newContext()).newPage()
    const wrong: string[] = []
    page.on('dialog', (dialog) => wrong.push(`dialog ${dialog.message()}`))
    page.on('pageerror', (error) => wrong.push(`error ${error.message}`))
    page.on('console', (message) => wrong.push(message.text()))
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) wrong.push(`request ${request.url()}`)
    })
    await page.goto(pathToFileURL(file).href)
    return { page, wrong }
  }

  test('axe finds nothing and nothing is too wide, light and dark; on paper no plot is cut', async () => {
    const { page, wrong } = await open(join(run, 'report/index.html'))
    const shots = process.env['SCREENSHOTS']
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true
    })
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme, media: 'screen' })
        await page.setViewportSize({ width, height: 900 })
        // Each theme and each width once: a run over hundreds of cells takes seconds.
        const found =
          (colorScheme === 'light') === (width === 1280)
            ? await page.evaluate(async () =>
                (await axe.run()).violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html]),
              )
            : []
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect([colorScheme, width, found, over]).toEqual([colorScheme, width, [], 0])
        if (shots !== undefined)
          await page.screenshot({ path: join(shots, `report-${colorScheme}-${width}.png`), fullPage: true })
      }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.setViewportSize(paper)
    const printed = await page.evaluate(() =>
      Array.from(document.querySelectorAll('figure'), (each) => [
        getComputedStyle(each).breakInside,
        each.getBoundingClientRect().height,
        each.scrollWidth - each.clientWidth,
      ]),
    )
    expect(printed.length).toBeGreaterThan(8)
    for (const [breaks, height, over] of printed) {
      expect([breaks, over]).toEqual(['avoid', 0])
      expect(height).toBeLessThan(paper.height)
    }
    const pdf = await page.pdf({
      format: 'A4',
      ...(shots !== undefined && { path: join(shots, 'report.pdf') }),
    })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(wrong).toEqual([])
  })

  test('none of the attacks runs, in names of arms, domains and models, prompts, answers, references and reasons', async () => {
    const hostile = await hostileRun(join(folder.path, 'hostile'), attacks)
    const report = await makeReport(hostile, join(folder.path, 'scratch'))
    const { page: file } = await writeReport(join(folder.path, 'hostile/report'), report)
    const html = await readFile(file, 'utf8')
    const { page, wrong } = await open(file)
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true
    })
    const odd = await page.evaluate(() => ({
      hacked: 'hacked' in globalThis,
      nodes: document.querySelectorAll(
        'body :is(script,img,iframe,object,embed,video,style,link,meta,base,form,input,dialog,button,[style],math,foreignObject,animate)',
      ).length,
      links: document.querySelectorAll('a:not([href^="#"])').length,
      bodies: document.querySelectorAll('body, main, header').length,
    }))
    expect(odd).toEqual({ hacked: false, nodes: 0, links: 0, bodies: 3 })
    // Signs that nobody sees are named in the texts, and gone from the plots.
    expect(html).toMatch(/⟦U\+202E⟧/u)
    expect(html).not.toMatch(/[^\P{Cc}\n]|[\u202E\u2066\u200B\u{E0041}]/u)
    for (const attack of ['<script>window.hacked=1</script>', '=HYPERLINK("http://evil.test")'])
      expect(await page.getByText(attack, { exact: false }).count()).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })
})
