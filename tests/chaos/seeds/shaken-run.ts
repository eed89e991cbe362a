import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ledgerFaults } from '../../../pipeline/ledger/check-ledger.ts'
import { sampleSeed } from '../../../schemas/arm.ts'
import { Ledger } from '../../../schemas/ledger.ts'
import { readJournal } from '../../../store/journal/reader.ts'
import { folderDigest } from '../../support/folder-digest.ts'
import { startCli, type CliResult } from '../../support/run-cli.ts'

type Started = ReturnType<typeof startCli> & { done: boolean }

/** A run on which two processes work, and what a fault may do to it. */
export type ShakenRun = {
  run: string
  log: string
  workers: Started[]
  /** @param lease seconds after which it takes a silent worker for dead */
  start(index: number, lease?: number): Started
}

export function openShakenRun(folder: string, recipe: string, run: string, log: string): ShakenRun {
  return {
    run,
    log,
    workers: [],
    start(index, lease = 2) {
      const started: Started = {
        ...startCli(['distill', recipe, '--run', run, '--shard', `${index % 2}/2`], {
          cwd: folder,
          environment: { TWINSTILL_LEASE_SECONDS: String(lease) },
        }),
        done: false,
      }
      void started.ended.then(() => (started.done = true))
      return started
    },
  }
}

/** Seconds within which even a busy machine shows a sign of life. */
const patient = 30

/** Starts both workers again until they have ended well, and then one more that finds out what a disk has done. */
export async function settle(shaken: ShakenRun): Promise<CliResult[]> {
  const ends = await Promise.all(
    [0, 1].map(async (index) => {
      let end = await shaken.start(index, patient).ended
      for (let tries = 0; tries < 4 && end.code !== 0; tries++) {
        await heed(shaken, end)
        end = await shaken.start(index, patient).ended
      }
      return end
    }),
  )
  return [...ends, await shaken.start(0, patient).ended]
}

/** A part that is damaged is refused, and whoever reads that deletes it. */
async function heed({ run }: ShakenRun, { stderr }: CliResult): Promise<void> {
  const part = /\/(\w+\/part-\d+\.parquet) is damaged .*delete it and run/u.exec(stderr)?.[1]
  if (part !== undefined) await rm(join(run, part), { force: true })
}

/** Ends whatever is still there. */
export async function killAll({ workers }: ShakenRun): Promise<void> {
  for (const { child } of workers) child.kill('SIGKILL')
  await Promise.all(workers.map(({ ended }) => ended))
}

/** What is wrong with a run in the end; nothing, as it should be. */
export async function violations(
  { run, log }: ShakenRun,
  ends: readonly CliResult[],
  calm: Awaited<ReturnType<typeof folderDigest>>,
): Promise<string[]> {
  const found = ends.flatMap(({ code, stderr }) =>
    code === 0 ? [] : [`a worker ended with ${code}: ${stderr.slice(-400)}`],
  )
  const dataset = await folderDigest(join(run, 'dataset')).catch(() => undefined)
  if (found.length > 0) return found
  if (JSON.stringify(dataset) !== JSON.stringify(calm)) found.push('the dataset is not that of a calm run')
  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  found.push(...ledgerFaults(ledger))
  const requests = await requestsIn(log)
  const journal = join(run, 'journal/generate')
  const answered = new Set<string>()
  for (const shard of await readdir(journal))
    for await (const { line } of readJournal(join(journal, shard))) {
      if (line.type !== 'answered') continue
      if (answered.has(line.key)) found.push(`${line.key} counts twice`)
      answered.add(line.key)
      const seed = sampleSeed(line.key)
      if (requests.some((request) => request.seed === seed && request.at > line.at))
        found.push(`${line.key} was asked again after its answer was on disk`)
    }
  return found
}

export async function requestsIn(log: string): Promise<{ seed: number; at: number }[]> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { seed: number; at: number })
}
