import type { Page } from 'playwright-core'
import type { Person } from './person.ts'

/** Reasons in the order of their keys. */
const reasonKeys = { wrong: '1', reasoning: '2', gold: '3', truncated: '4', leak: '5' } as const

export type Judged = { id: string; key: string; screens: number; sawStatus: boolean; source: string }

/**
 * Goes through pairs without a verdict, up to so many, as a careful person would: reads to the end, opens the thought of every
 * fourth, looks at the difference where the final answers differ, at student and provenance now and then, takes a hasty verdict
 * back, goes back once to compare, flags one. Decides by what stands on the page.
 */
export async function judgePairs(page: Page, person: Person, most: number): Promise<Judged[]> {
  const judged: Judged[] = []
  for (let at = 0; at < most; at++) {
    const id = (await person.id())!
    if (judged.some((one) => one.id === id)) break
    const sawStatus = await person.seesStatus()
    const screens = await person.readOn()
    const facts = await person.text('.arm .facts')
    const remarks = await person.text('.remarks')
    if (at % 4 === 3 && (await page.locator('.thought').count()) > 0) await readThought(page, person)
    if (facts.includes('✗')) await person.until('difference', 'd', person.shown('.difference:not([hidden])'))
    if (at % 10 === 5) {
      await person.until('as the student sees it', 's', person.shown('.student h4'))
      await person.until('filters and provenance', 'p', person.shown('.details:not([hidden])'))
    }
    if (at === 12) {
      await person.leave('the pair before', 'k')
      await person.leave('the next pair', 'j')
    }
    if (at === 20) await person.until('flag', 'f', person.shown('.remarks strong:has-text("flagged")'))
    const source = await person.text('.chips')
    const key = await decide(page, person, { id, facts, remarks, isHasty: at === 7 })
    judged.push({ id, key, screens, sawStatus, source })
  }
  return judged
}

/** Unfolds the thoughts, goes three blocks down and folds them. */
async function readThought(page: Page, person: Person): Promise<void> {
  if ((await page.locator('.thought [data-act=thought]').count()) === 0) return
  await person.until('an open thought', 't', person.shown('.thought-blocks:not([hidden]) .block'))
  for (let block = 0; block < 3; block++) await person.press('.')
  await person.until('a folded thought', 't', person.shown('.thought-folded:not([hidden])'))
}

type Seen = { id: string; facts: string; remarks: string; isHasty: boolean }

async function decide(page: Page, person: Person, { id, facts, remarks, isHasty }: Seen): Promise<string> {
  const reject = async (key: string): Promise<string> => {
    await person.until('reasons', 'x', person.shown('#reasons:not([hidden])'))
    await next(page, person, 'reject', key)
    return `x${key}`
  }
  if (remarks.includes('reference in doubt')) {
    await person.until('note', 'n', person.shown('#note-form:not([hidden])'))
    await person.write('both say the same, the reference is wrong')
    await person.until('saved note', 'Enter', person.shown('.remarks .note'))
    return reject(reasonKeys.gold)
  }
  if (/cut_in|stop_in_think/u.test(facts)) return reject(reasonKeys.truncated)
  if (facts.includes('✗')) return reject(reasonKeys.wrong)
  if (/there is no reasoning|no_answer/u.test(facts)) return reject(reasonKeys.reasoning)
  if (isHasty) {
    await next(page, person, 'approve', 'a')
    await person.until('undo', 'u', person.shown(`.pair[data-id="${id}"]`))
  }
  await next(page, person, 'approve', 'a')
  return 'a'
}

/** A verdict goes on to a pair without one, and stays where there is none. */
async function next(page: Page, person: Person, what: string, key: string): Promise<void> {
  const [, done, total] =
    /(\d+)\/(\d+) judged/u.exec((await page.locator('#place').textContent()) ?? '') ?? []
  const isLast = Number(total) - Number(done) === 1
  if (isLast) await person.until(`${what} the last`, key, person.shown('.remarks .own'))
  else await person.leave(`${what}, to the next pair`, key)
}
