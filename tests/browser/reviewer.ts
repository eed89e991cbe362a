import type { Browser, Page } from 'playwright-core'

/** A page of one reviewer, with everything that must not happen on it. */
export async function beginReview(
  browser: Browser,
  url: string,
  name: string,
): Promise<{ page: Page; wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const wrong: string[] = []
  page.on('dialog', (dialog) => wrong.push(`dialog ${dialog.message()}`))
  page.on('pageerror', (error) => wrong.push(`error ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) wrong.push(`request ${request.url()}`)
  })
  await page.goto(url)
  await page.locator('#name').fill(name)
  await page.keyboard.press('Enter')
  await page.locator('.pair').waitFor()
  return { page, wrong }
}

export const shownId = (page: Page): Promise<string | null> => page.locator('.pair').getAttribute('data-id')

export async function press(page: Page, ...pressed: string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key)
}

export const saved = (page: Page): Promise<void> => page.locator('#saved', { hasText: /^saved/ }).waitFor()

/** Waits until another pair is shown. */
export const leave = (page: Page, id: string | null): Promise<void> =>
  page.locator(`.pair:not([data-id="${id}"])`).waitFor()
