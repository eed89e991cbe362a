import { dirname, join } from 'node:path'
import { addBill, addTokens, emptyBill, type Bill } from '../../schemas/bill.ts'
import type { Bought } from '../../schemas/spend.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { foldersIn } from '../../store/files/entries.ts'
import { writableByOthers } from '../../store/journal/shard-claims.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { attemptSpend } from '../../store/journal/attempt-spend.ts'
import { storeSpend } from '../../store/journal/spend-summary.ts'
import { addBatches, boughtKey, emptyBought } from '../../store/journal/spend-tally.ts'

/** What everybody who was asked in a run has cost, over all starts and recipes. */
export type RunSpend = {
  /** With `cut_off` filled in: unsettled requests count as the mean of the same arm's answers. */
  bought: (Bought & { kind: string; cut_off: Bill })[]
}

export type RunSpendOptions = {
  /** Folders below `journal/`; all unless given. */
  kinds?: readonly string[]
  /** The longest answer of an arm, for requests of an arm that never had an answer. */
  longestAnswer?: (of: Bought) => number
  /** Stores what had to be computed. Only the holder of the run's lock may do that, before anything is asked. */
  store?: boolean
}

type Read = { folder: string; kind: string; bought: Bought[]; isStored: boolean }

/**
 * Adds up the journals of a run, reading one small file for each closed attempt at a shard. Requests that a kill cut off
 * may have been paid for: they count as the mean of the answers that the same arm has had, from then on unchanged.
 */
export async function runSpend(runFolder: string, options: RunSpendOptions = {}): Promise<RunSpend> {
  const reads = await readAll(runFolder, options.kinds)
  const sums = new Map<string, RunSpend['bought'][number]>()
  for (const { kind, bought } of reads) {
    for (const each of bought) {
      const sum = sumOf(sums, kind, each)
      for (const figure of ['requests', 'retries', 'answered', 'unsettled'] as const)
        sum[figure] += each[figure]
      addBill(sum.bill, each.bill)
      addBatches(sum, each.batches)
    }
  }
  for (const read of reads) {
    let changed = !read.isStored
    for (const each of read.bought) {
      const sum = sumOf(sums, read.kind, each)
      if (each.unsettled > 0 && each.cut_off === undefined && sum.answered > 0) {
        each.cut_off = meanBill(sum, each.unsettled)
        changed = true
      }
      if (each.cut_off) addBill(sum.cut_off, each.cut_off)
      else if (each.unsettled > 0)
        sum.cut_off.completion += each.unsettled * (options.longestAnswer?.(each) ?? 0)
    }
    // What another worker may still write to is not added up once for all.
    if (!changed || !options.store || (await writableByOthers(dirname(read.folder)))(read.folder)) continue
    // The summary is valid for the size of the files that it adds up, and the next start that asks for this shard cuts off a torn line.
    await repairTornTails(dirname(read.folder))
    await storeSpend(read.folder, read.bought)
  }
  return { bought: [...sums.values()] }
}

async function readAll(runFolder: string, kinds: readonly string[] | undefined): Promise<Read[]> {
  const journal = join(runFolder, 'journal')
  const reads: Read[] = []
  for (const kind of kinds ?? (await foldersIn(journal))) {
    for (const shard of await foldersIn(join(journal, kind))) {
      for (const attempt of await foldersIn(join(journal, kind, shard))) {
        const folder = join(journal, kind, shard, attempt)
        reads.push({ folder, kind, ...(await attemptSpend(folder, billOf)) })
      }
    }
  }
  return reads
}

function sumOf(
  sums: Map<string, RunSpend['bought'][number]>,
  kind: string,
  each: Bought,
): RunSpend['bought'][number] {
  const key = `${kind} ${boughtKey(each)}`
  let sum = sums.get(key)
  if (sum === undefined) {
    sum = { ...emptyBought(each), kind, cut_off: emptyBill() }
    sums.set(key, sum)
  }
  return sum
}

/** So many times the mean of an answer, its failed tries included, rounded up. */
function meanBill({ bill, answered }: Bought, times: number): Bill {
  const scale = (value: number): number => Math.ceil((value * times) / answered)
  const mean = emptyBill()
  addTokens(mean, scaled(bill, scale))
  addTokens(mean.charged, scaled(bill.charged, scale))
  mean.charged.nano_usd = scale(bill.charged.nano_usd)
  return mean
}

function scaled(
  { prompt, cached, completion }: Pick<Bill, 'prompt' | 'cached' | 'completion'>,
  scale: (value: number) => number,
): Pick<Bill, 'prompt' | 'cached' | 'completion'> {
  return { prompt: scale(prompt), cached: scale(cached), completion: scale(completion) }
}
