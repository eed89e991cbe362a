import { join } from 'node:path'
import type { JournalLine } from '../../schemas/journal.ts'
import { foldersIn } from '../../store/files/entries.ts'
import { startOf } from '../../store/journal/attempt-name.ts'
import { scanAttempt } from '../../store/journal/reader.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { ratesOf } from '../../teachers/cost/price.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { nothing, plus } from './allowance/amounts.ts'
import type { Amount } from './budget.ts'
import { amountOf, billedAmount } from './budgeted-endpoint.ts'

/**
 * What the journals of a worker that is dead say it has spent: every outcome at its bill, and every request without one at
 * the most that a try may cost.
 *
 * @param attempt what the names of its attempts begin with, behind their number
 * @returns `unknown` where lines are damaged or do not say what they may cost
 */
export async function deadSpend(
  runFolder: string,
  attempt: string,
  { endpoints }: Pick<Recipe, 'endpoints'>,
): Promise<Amount | 'unknown'> {
  let spent: Amount = nothing
  const open = new Map<string, Amount>()
  for (const folder of await foldersOf(runFolder, attempt)) {
    for await (const found of scanAttempt(folder)) {
      if (!('line' in found)) return 'unknown'
      const { line } = found
      // What goes through batches or was bought elsewhere is no part of what a worker sends.
      if (line.type === 'exported') continue
      const rates = ratesOf(endpoints[line.endpoint ?? '']?.price, line.model ?? '')
      if (line.type === 'intent') {
        if (line.set_aside === undefined) return 'unknown'
        open.set(idOf(line), amountOf({ ...line.set_aside, cached: 0 }, rates))
        continue
      }
      open.delete(idOf(line))
      if (line.attempts.length === 0) continue
      const body = line.type === 'answered' ? line.body : undefined
      spent = plus(spent, billedAmount(billOf(line.attempts, body, line), rates))
    }
  }
  return [...open.values()].reduce(plus, spent)
}

function idOf({ key, arm }: JournalLine): string {
  return `${arm} ${key}`
}

async function foldersOf(runFolder: string, attempt: string): Promise<string[]> {
  const found: string[] = []
  const journal = join(runFolder, 'journal')
  for (const kind of await foldersIn(journal))
    for (const shard of await foldersIn(join(journal, kind)))
      for (const name of await foldersIn(join(journal, kind, shard))) {
        const { rest } = startOf(name)
        if (rest === attempt || rest.startsWith(`${attempt}-`)) found.push(join(journal, kind, shard, name))
      }
  return found
}
