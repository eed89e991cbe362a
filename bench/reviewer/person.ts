import type { Page } from 'playwright-core'

/** Of the page, where the functions given to `evaluate` run. */
declare const document: {
  querySelector(selector: string): { getBoundingClientRect(): { top: number; bottom: number } } | null
}
declare const requestAnimationFrame: (after: () => void) => void
declare const innerHeight: number

/** What a person did and waited for. */
export type Effort = {
  keys: Map<string, number>
  /** Letters of notes and of the name. */
  letters: number
  /** Milliseconds until what a key asks for stands on the screen, by what was asked for. */
  waits: Map<string, number[]>
}

/**
 * A person at the keyboard, who sees the page and nothing else of the run: keys are counted, and after each it is waited until what
 * it brings is painted.
 */
export function openPerson(page: Page) {
  const effort: Effort = { keys: new Map(), letters: 0, waits: new Map() }

  async function press(key: string): Promise<void> {
    effort.keys.set(key, (effort.keys.get(key) ?? 0) + 1)
    await page.keyboard.press(key)
  }

  /** Two frames later what was put into the page is on the screen. */
  const painted = (): Promise<void> =>
    page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)))),
    )

  async function until(what: string, key: string, isThere: () => Promise<unknown>): Promise<void> {
    const begun = performance.now()
    await press(key)
    await isThere()
    await painted()
    effort.waits.set(what, [...(effort.waits.get(what) ?? []), performance.now() - begun])
  }

  const id = (): Promise<string | null> => page.locator('.pair').getAttribute('data-id')
  const shown = (selector: string) => (): Promise<void> => page.locator(selector).first().waitFor()

  return {
    effort,
    id,
    press,
    until,
    shown,
    /** Presses a key after which another pair is shown. */
    async leave(what: string, key: string): Promise<void> {
      const before = await id()
      await until(what, key, shown(`.pair:not([data-id="${before}"])`))
    },
    async write(text: string): Promise<void> {
      effort.letters += text.length
      await page.keyboard.type(text)
    },
    /** Text of the part of the pair that a selector names. */
    text: async (selector: string): Promise<string> =>
      (await page.locator(selector).allTextContents()).join('\n').replaceAll(/\s+/gu, ' '),
    /** Whether the row that decides most pairs is seen without a key. */
    seesStatus: (): Promise<boolean> =>
      page.evaluate(
        () => (document.querySelector('.status')?.getBoundingClientRect().bottom ?? Infinity) < innerHeight,
      ),
    /** Scrolls by the space bar until the end of the answers is seen. @returns how often */
    async readOn(most = 20): Promise<number> {
      for (let times = 0; times < most; times++) {
        const below = await page.evaluate(() => {
          const bar = document.querySelector('footer')?.getBoundingClientRect().top ?? innerHeight
          return (document.querySelector('.arms')?.getBoundingClientRect().bottom ?? 0) - bar
        })
        if (below <= 1) return times
        await press('Space')
        await painted()
      }
      return most
    },
  }
}

export type Person = ReturnType<typeof openPerson>
