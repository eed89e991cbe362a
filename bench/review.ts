import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { pairedRun } from './report/paired-run.ts'

/*
 * npm run bench:review -- [PROBLEMS | RUN]: how long a reviewer waits in front of a run of so many problems (100,000 unless given), each
 * with four answers, which is written as parts without asking anybody, or of the run in a folder: the start of the page, the first
 * paint in Chromium (`CHROMIUM` names one), the way from one pair to the next by `j` and by `a`, and the server alone for pairs that
 * it has not read before, with the processor time that they took it (Linux).
 */

const wanted = process.argv[2] ?? '100000'
const problems = Number(wanted)
const sample = 200
const steps = 60
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'twinstill-review-'))

try {
  const run = Number.isNaN(problems) ? wanted : await pairedRun(join(folder, 'run'), problems * 4)
  process.stdout.write(
    `${Number.isNaN(problems) ? run : `${problems} problems`}, load ${loadavg()[0]!.toFixed(1)}\n`,
  )
  const begun = performance.now()
  const child = spawn(
    process.execPath,
    ['pipeline/cli.ts', 'review', run, '--sample', String(sample), '--json'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    const lines = createInterface(child.stdout)
    lines.on('line', (line) => {
      const found = (JSON.parse(line) as { data?: { url?: string } }).data?.url
      if (found !== undefined) resolve(found)
    })
    lines.on('close', () => reject(new Error('the review ended without an address')))
  })
  row('start until the address is printed', [performance.now() - begun])
  try {
    await measureServer(url, () => cpuOf(child.pid!))
    await measurePage(url)
  } finally {
    child.kill('SIGINT')
    await ended
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The server alone, over pairs in the order of one reviewer, each asked once. */
async function measureServer(address: string, cpu: () => Promise<number>): Promise<void> {
  const { origin, hash } = new URL(address)
  const headers = { 'x-review-token': hash.replace('#token=', ''), 'x-reviewer': 'bench' }
  const overview = await timed(async () => {
    const response = await fetch(`${origin}/api/overview`, { headers })
    return (await response.json()) as { pairs: { id: string }[] }
  })
  const times: number[] = []
  const before = await cpu()
  for (const { id } of overview.result.pairs.slice(-steps)) {
    const { ms } = await timed(async () => {
      const response = await fetch(`${origin}/api/pair?id=${id}`, { headers })
      if (!response.ok) throw new Error(`${response.status} for a pair`)
      await response.text()
    })
    times.push(ms)
  }
  row('server: list of the sample', [overview.ms])
  row('server: a pair, asked for the first time', times)
  row('  its processor time, on average', [((await cpu()) - before) / times.length])
}

/** Processor time of a process so far, in milliseconds; NaN where the system does not tell. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // The 14th and the 15th field, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function measurePage(address: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const opened = await timed(async () => {
      await page.goto(address)
      await page.locator('#name').waitFor()
    })
    row('page: from its address to the question who reviews', [opened.ms])
    await page.locator('#name').fill('ana')
    const first = await timed(async () => {
      await page.keyboard.press('Enter')
      await page.locator('.pair').waitFor()
    })
    row('page: from the name to the first pair', [first.ms])
    for (const key of ['j', 'a']) {
      const times: number[] = []
      for (let step = 0; step < steps; step++) times.push(await next(page, key))
      row(`page: from \`${key}\` to the next pair`, times)
    }
  } finally {
    await browser.close()
  }
}

async function next(page: Page, key: string): Promise<number> {
  const id = await page.locator('.pair').getAttribute('data-id')
  const { ms } = await timed(async () => {
    await page.keyboard.press(key)
    await page.locator(`.pair:not([data-id="${id}"])`).waitFor()
  })
  return ms
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const begun = performance.now()
  const result = await work()
  return { result, ms: performance.now() - begun }
}

function row(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    `${sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(0).padStart(7)} ms`
  const tail = times.length === 1 ? '' : `   p95 ${at(0.95)}   of ${times.length}`
  process.stdout.write(`${what.padEnd(50)} ${at(0.5)}${tail}\n`)
}
