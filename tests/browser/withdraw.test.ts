import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { wrongAt } from '../support/hub-reader.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { hasChromium, openChromium } from './open-chromium.ts'
import { beginReview, leave, press, saved, shownId } from './reviewer.ts'

const repo = 'demo-org/small'
const sample = 20

/** The address that `review --json` prints. Reading goes on: a pipe that nobody reads keeps a command from ending. */
function urlOf(stdout: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface(stdout)
    lines.on('line', (line) => {
      const { data } = JSON.parse(line) as { data?: { url?: string } }
      if (data?.url !== undefined) resolve(data.url)
    })
    lines.on('close', () => reject(new Error('the review ended without an address')))
  })
}

describe.skipIf(!hasChromium('the way from a review to a push'))('from a review to the Hub', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
  let hub: Hub
  let browser: Browser
  let recipe: string

  const run = (...names: string[]): string => join(folder.path, 'runs/small', ...names)
  const cli = (command: string, ...args: string[]): Promise<CliResult> =>
    runCli([command, recipe, ...args], {
      cwd: folder.path,
      environment: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token },
    })
  const asked = (): Promise<string> => readFile(join(folder.path, 'teacher.jsonl'), 'utf8')

  beforeAll(async () => {
    folder = await temporaryFolder()
    teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
    hub = await startHub({ folder: join(folder.path, 'hub') })
    browser = await openChromium()
    // Two defects in twenty pairs are at most 28.3 % at the bound of 95 %.
    const review = { sample, max_defect_rate: 0.29 }
    recipe = await writeRecipe(
      folder.path,
      smallRecipe(teacher.baseUrl, { push: { repo, review, accept: ['contamination'] } }),
    )
    expect(await cli('distill')).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await browser.close()
    await hub.close()
    await teacher[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  /** Every `pair_id` in the shards of a dataset. */
  async function pairsOf(): Promise<Set<string>> {
    const found = new Set<string>()
    for (const { path } of (await readManifest(run('dataset'))).files)
      for await (const { pair_id } of readParquetRows(run('dataset', path), { columns: ['pair_id'] }))
        found.add(String(pair_id))
    return found
  }

  test('pairs rejected by keyboard leave the dataset, the ledger says why, nothing is asked, and the rest is published', async () => {
    const before = await pairsOf()
    const paid = await asked()
    expect((await cli('push', '--create')).stderr).toContain(`0 of ${sample} random pairs are reviewed`)

    const { child, ended } = startCli(['review', recipe, '--json'], { cwd: folder.path })
    const { page, wrong } = await beginReview(browser, await urlOf(child.stdout!), 'ana')
    const rejected: string[] = []
    for (let at = 0; at < sample; at++) {
      const id = (await shownId(page))!
      const isBad = at === 3 || at === 11
      if (isBad) rejected.push(id)
      await press(page, ...(isBad ? ['x', '1'] : ['a']))
      if (at < sample - 1) await leave(page, id)
    }
    await page.locator('.place', { hasText: `${sample}/${sample} judged` }).waitFor()
    await page.locator('#gate[data-state=open]').waitFor()
    await saved(page)
    expect(wrong).toEqual([])
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0 })

    const written = await cli('write', '--withdraw', 'reviews')
    expect(written).toMatchObject({ code: 0 })
    expect(written.stderr).toContain('2 pairs leave now')
    const left = await pairsOf()
    expect([...before].filter((id) => !left.has(id)).sort()).toEqual(rejected.sort())
    expect(left.size).toBe(before.size - 2)
    const ledger = Ledger.parse(JSON.parse(await readFile(run('ledger.json'), 'utf8')))
    expect(ledgerFaults(ledger)).toEqual([])
    expect(ledger.pairs.lost['rejected_by_review']).toBe(2)

    // A withdrawn pair stays among those that the gate counts.
    const pushed = await cli('push', '--create')
    expect({ code: pushed.code, stderr: pushed.code === 0 ? '' : pushed.stderr }).toEqual({
      code: 0,
      stderr: '',
    })
    const head = hub.repo(repo)!.branches.get('main')!
    expect(await wrongAt(hub, repo, head)).toEqual([])
    const manifest = await fetch(`${hub.url}/datasets/${repo}/resolve/${head}/manifest.json`, {
      headers: { authorization: `Bearer ${hub.token}` },
    })
    expect(await manifest.json()).toEqual(JSON.parse(await readFile(run('dataset/manifest.json'), 'utf8')))
    expect(await asked()).toBe(paid)
  })
})
