import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readJournal } from '../../store/journal/reader.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { sampleSeed } from '../../schemas/arm.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { howOften } from './how-often.ts'

const kills = howOften(10)

test(`killed ${kills} times at random moments, a run ends in the bytes of an undisturbed one and asks nothing answered twice`, async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ first_token_ms: 5, token_ms: 0.005, concurrency: 12 }, log)
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, { problems: { builtin: { count: 160, seed: 1 }, per_shard: 16 } }),
  )
  const calm = join(folder.path, 'calm')
  const shaken = join(folder.path, 'shaken')
  const begun = performance.now()
  expect(await runCli(['distill', recipe, '--run', calm], { cwd: folder.path })).toMatchObject({ code: 0 })
  // Of the length that a run has on this machine.
  const span = performance.now() - begun
  const requestsWhenCalm = (await requestSeeds(log)).length

  let killed = 0
  const reached: Record<string, number> = {}
  let endedFirst = 0
  const askedTwice: number[] = []
  while (killed < kills) {
    const acknowledged = await answeredSeeds(shaken)
    const before = (await requestSeeds(log)).length
    const { child, ended } = startCli(['distill', recipe, '--run', shaken], { cwd: folder.path })
    // Half of the kills fall into the asking, wherever that is on this machine; the others anywhere.
    const moment =
      killed < kills / 2
        ? requestsReach(log, before + 1 + Math.floor((Math.random() * 2 * requestsWhenCalm) / kills))
        : sleep((0.1 + 0.9 * Math.random()) * span)
    await Promise.race([ended, moment])
    child.kill('SIGKILL')
    const { signal, code, stderr } = await ended
    if (signal === 'SIGKILL') {
      killed += 1
      const stage = await furthestPart(shaken)
      reached[stage] = (reached[stage] ?? 0) + 1
    } else {
      // It came to its end before its moment; take away what can be made again, so that the next one has work to do.
      expect({ code, stderr }).toMatchObject({ code: 0 })
      endedFirst += 1
      for (const part of ['traces', 'verdicts', 'pairs', 'dataset'])
        await rm(join(shaken, part), { recursive: true, force: true })
    }
    askedTwice.push(...(await requestSeeds(log)).slice(before).filter((seed) => acknowledged.has(seed)))
  }
  const last = await runCli(['distill', recipe, '--run', shaken], { cwd: folder.path })

  expect({ code: last.code, stderr: last.stderr.slice(-500) }).toMatchObject({ code: 0 })
  expect(askedTwice).toEqual([])
  expect(await folderDigest(join(shaken, 'dataset'))).toEqual(await folderDigest(join(calm, 'dataset')))
  const ledger = Ledger.parse(JSON.parse(await readFile(join(shaken, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  expect(ledger.pairs.paired).toBeGreaterThan(0)
  expect(await readdir(shaken)).not.toContain('dataset.tmp')
  const requests = (await requestSeeds(log)).length - requestsWhenCalm
  const cutOff = ledger.spend.reduce((sum, arm) => sum + arm.unsettled, 0)
  console.log(
    `${killed} kills (${endedFirst} runs came to their end first); ${requests} requests for ${requestsWhenCalm} samples, ${cutOff} cut off by kills, 0 of those acknowledged asked again; furthest part at the kills: ${JSON.stringify(reached)}`,
  )
  // The ledger names every request that a kill cut off after it was announced; the teacher cannot have seen more.
  expect(requests).toBeLessThanOrEqual(requestsWhenCalm + cutOff)
})

/** The seed of every request that the teacher saw, in order; a seed stands for one sample. */
async function requestSeeds(log: string): Promise<number[]> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { seed: number }).seed)
}

async function answeredSeeds(run: string): Promise<Set<number>> {
  const seeds = new Set<number>()
  const journal = join(run, 'journal', 'generate')
  for (const shard of await readdir(journal).catch(() => [])) {
    for await (const { line } of readJournal(join(journal, shard)))
      if (line.type === 'answered') seeds.add(sampleSeed(line.key))
  }
  return seeds
}

/** The last kind of file of a run that exists: where a kill found it. */
async function furthestPart(run: string): Promise<string> {
  const names = await readdir(run).catch((): string[] => [])
  const kinds = ['dataset', 'dataset.tmp', 'pairs', 'decisions', 'verdicts', 'traces', 'journal', 'problems']
  return kinds.find((kind) => names.includes(kind)) ?? 'nothing'
}

/** Resolves when the teacher has been asked so often. Counts whole lines: the last one may be on its way. */
async function requestsReach(log: string, count: number): Promise<void> {
  const giveUp = performance.now() + 60_000
  while ((await readFile(log, 'utf8')).split('\n').length <= count && performance.now() < giveUp)
    await sleep(10)
}
