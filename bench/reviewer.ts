import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { startHub } from '../simulators/hub/start.ts'
import { plantedMark, writeDefectiveRun } from './reviewer/defective-run.ts'
import { judgePairs, type Judged } from './reviewer/judge-pairs.ts'
import { type Effort, openPerson } from './reviewer/person.ts'

/*
 * npm run bench:reviewer -- [--sample 50] [--seconds 8]: what a review costs a person. A run of two teachers with real defects is made
 * with the simulator; a sample of its pairs is looked at in Chromium (`CHROMIUM` names one) by keyboard alone, by what stands on the
 * page; a push is refused; the recipe is made stricter, which asks nothing, what is new in the sample is reviewed, and the push
 * passes. Told are keystrokes, waits for server and paint, and minutes with so many seconds of reading a pair, twice as many for one
 * that is rejected or whose thought is opened: people were not measured.
 */
const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '140' },
    sample: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '8' },
    /** Where pictures of the page at work are put. */
    screenshots: { type: 'string' },
  },
})
const [problems, sample, seconds] = [Number(values.problems), Number(values.sample), Number(values.seconds)]
const cli = fileURLToPath(new URL('../pipeline/cli.ts', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'twinstill-reviewer-'))
const hub = await startHub({ folder: join(folder, 'hub') })
const repo = 'demo-org/reviewed'
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  // Where a page scrolls at once, it is known when it has.
  args: ['--disable-smooth-scrolling', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})

try {
  say(`load ${loadavg()[0]!.toFixed(1)}; ${problems} problems, two teachers, a sample of ${sample}`)
  // One defect in fifty is at most 9.1 % with a confidence of 95 %.
  const recipes = await writeDefectiveRun(folder, { problems, repo, sample, maxDefectRate: 0.1 })
  await run(0, 'distill', recipes.lax)
  const asked = await requests()
  say(`push before anybody looked:  ${await run(1, 'push', recipes.lax, '--create')}`)
  const first = await review(recipes.lax, 'lax')
  say(`push after the first review: ${await run(1, 'push', recipes.lax, '--create')}`)
  await run(0, 'distill', recipes.strict)
  say(`stricter filters: ${(await requests()) - asked} requests more`)
  await review(recipes.strict, 'strict')
  say(`push after the second review: ${await run(0, 'push', recipes.strict, '--create')}`)
  const missed = first.filter(({ source, key }) => source.includes(plantedMark) && key !== 'x3')
  const planted = first.filter(({ source }) => source.includes(plantedMark)).length
  say(
    `wrong references in the first sample: ${planted}; rejected for another reason or not at all: ${missed.length}`,
  )
} finally {
  await browser.close()
  await hub.close()
  await rm(folder, { recursive: true, force: true })
}

/** @returns why it did not what it was to do */
async function run(code: number, ...args: string[]): Promise<string> {
  const child = start(args)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout.resume()
  const [ended] = (await once(child, 'close')) as [number]
  if (ended !== code)
    throw new Error(`${args.join(' ')} ended with ${ended} where ${code} is due:\n${stderr}`)
  return stderr.split('\n').find((line) => line.startsWith('error: ')) ?? 'it passes'
}

function start(args: readonly string[]) {
  return spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', HF_ENDPOINT: hub.url, HF_TOKEN: hub.token },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Requests that the teachers have answered so far. */
async function requests(): Promise<number> {
  return (await readFile(join(folder, 'runs/reviewed/simulated-teacher.jsonl'), 'utf8')).split('\n').length
}

async function review(recipe: string, name: string): Promise<Judged[]> {
  const child = start(['review', recipe, '--json'])
  child.stderr.resume()
  const ended = once(child, 'close')
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const lines = createInterface(child.stdout)
      lines.on('line', (line) => {
        const found = (JSON.parse(line) as { data?: { url?: string } }).data?.url
        if (found !== undefined) resolve(found)
      })
      lines.on('close', () => reject(new Error('the review ended without an address')))
    })
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await page.goto(url)
    const person = openPerson(page)
    const begun = performance.now()
    await page.locator('#name').waitFor()
    await person.write('ana')
    await person.until('the first pair', 'Enter', person.shown('.pair'))
    const open = /(\d+)\/(\d+) judged/u.exec((await page.locator('#place').textContent()) ?? '')
    const judged = await judgePairs(page, person, Number(open?.[2]) - Number(open?.[1]))
    await page.locator('#saved', { hasText: /^saved/ }).waitFor()
    if (values.screenshots) await page.screenshot({ path: join(values.screenshots, `reviewer-${name}.png`) })
    tell(judged, person.effort, performance.now() - begun)
    say(`  ${await page.locator('#gate').textContent()}`)
    await page.context().close()
    return judged
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

function tell(judged: readonly Judged[], { keys, letters, waits }: Effort, machineMs: number): void {
  const strokes = [...keys.values()].reduce((sum, count) => sum + count, 0)
  const rejected = judged.filter(({ key }) => key !== 'a')
  const opened = waits.get('an open thought')?.length ?? 0
  const read = (seconds * (judged.length + rejected.length + opened)) / 60
  const waited = [...waits.values()].flat().reduce((sum, ms) => sum + ms, 0) / 60_000
  const reasons = Map.groupBy(rejected, ({ key }) => key)
  say(
    `review: ${judged.length} pairs, ${rejected.length} rejected (${[...reasons].map(([key, all]) => `${key} ${all.length}`).join(', ')})`,
  )
  say(
    `  ${strokes} keystrokes, ${(strokes / judged.length).toFixed(2)} a pair, and ${letters} letters of name and notes`,
  )
  say(`  ${[...keys].map(([key, count]) => `${key} ${count}`).join(', ')}`)
  say(
    `  the row of verdicts is seen without a key in ${judged.filter(({ sawStatus }) => sawStatus).length}; screens to the end: ${judged.reduce((sum, { screens }) => sum + screens, 0)} more than one a pair`,
  )
  say(
    `  minutes: ${waited.toFixed(2)} waiting for server and paint (${(machineMs / 60_000).toFixed(2)} the whole session of the bench), ${read.toFixed(1)} reading at ${seconds} s a pair`,
  )
  for (const [what, times] of waits) {
    const sorted = times.toSorted((a, b) => a - b)
    const at = (share: number): string => sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(0).padStart(6)
    say(`  ${what.padEnd(28)} ${at(0.5)} ms   p95 ${at(0.95)} ms   of ${times.length}`)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
