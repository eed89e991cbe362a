import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { cardPage } from './card-page.ts'
import { hasChromium, openChromium } from './open-chromium.ts'

/* The dataset card of a run, opened as a page. `SCREENSHOTS=FOLDER` keeps pictures of it to look at. */
const configs = ['pairs', 'reasoning', 'ift', { export: 'mix', form: 'prompt_completion' }, 'rl', 'grouped']

/** Of the page, where the functions given to `evaluate` run. */
type Element = {
  scrollWidth: number
  clientWidth: number
  textContent: string
  querySelectorAll(selector: string): Iterable<Element>
}
type Picture = Element & { complete: boolean; naturalWidth: number; src: string }
declare const document: {
  body: Element
  documentElement: Element
  querySelectorAll(selector: string): Iterable<Picture>
}

describe.skipIf(!hasChromium('the card'))('the card of a run, as a page', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    folder = await temporaryFolder()
    const terms = { ift: 'a server of our own, 2026-11-27' }
    const recipe = await writeRecipe(
      folder.path,
      smallRecipe('simulated', { write: { configs, terms, plots: true } }),
    )
    expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
    const file = join(folder.path, 'card.html')
    await writeFile(file, await cardPage(join(folder.path, 'runs/small/dataset')))
    browser = await openChromium()
    page = await (await browser.newContext({ viewport: { width: 1000, height: 900 } })).newPage()
    await page.goto(pathToFileURL(file).href)
    const shots = process.env['SCREENSHOTS']
    if (shots === undefined) return
    for (const colorScheme of ['dark', 'light'] as const)
      for (const width of [390, 1000]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        await page.screenshot({ path: join(shots, `card-${colorScheme}-${width}.png`), fullPage: true })
      }
  })
  afterAll(async () => {
    await browser.close()
    await folder[Symbol.asyncDispose]()
  })

  test('shows all its plots', async () => {
    const pictures = await page.evaluate(() =>
      [...document.querySelectorAll('img')].map(({ complete, naturalWidth }) => complete && naturalWidth > 0),
    )
    expect(pictures).toEqual([true, true, true, true])
  })

  test('is no wider than its window, and its tables have their columns', async () => {
    const [wide, narrow] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(wide).toBe(narrow)
    const tables = await page.evaluate(() =>
      [...document.querySelectorAll('table')].map((table) =>
        [...table.querySelectorAll('tr')].map((row) => [...row.querySelectorAll('th, td')].length),
      ),
    )
    expect(tables.length).toBeGreaterThan(12)
    expect(tables.filter((widths) => new Set(widths).size !== 1)).toEqual([])
    const scrolled = await page.evaluate(() =>
      [...document.querySelectorAll('table')].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    )
    expect(scrolled.filter((over) => over > 0)).toEqual([])
  })

  test('leaves no mark of Markdown in its text', async () => {
    const texts = await page.evaluate(() =>
      [...document.querySelectorAll('h1, h2, p, li, td')].map(({ textContent }) => textContent),
    )
    expect(texts.length).toBeGreaterThan(100)
    expect(texts.filter((text) => /\*\*|\]\(|^\||\\[_*|`]|undefined|NaN|\[object/u.test(text))).toEqual([])
  })
})
