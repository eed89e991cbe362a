import { join } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { Withdrawals } from '../../schemas/review.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { readText, remove } from '../../store/files/entries.ts'
import type { RunContext } from './run-context.ts'

type Run = Pick<RunContext, 'runFolder'>

function pathOf({ runFolder }: Run): string {
  return join(runFolder, 'reviews', 'withdrawn.json')
}

/**
 * The pairs that reviewers have taken out of the dataset; `undefined` where there are none.
 *
 * @throws RunError when the list cannot be read: without it rejected pairs would be published
 */
async function readWithdrawals(run: Run): Promise<Withdrawals['pairs'] | undefined> {
  const path = pathOf(run)
  const text = await readText(path)
  if (text === undefined) return undefined
  try {
    return Withdrawals.parse(JSON.parse(text)).pairs
  } catch (cause) {
    throw new RunError(
      `${path} is no list of withdrawn pairs; restore it, or remove it and make it again with \`npm run write -- RECIPE --withdraw reviews\``,
      { cause },
    )
  }
}

/** Lets a run know which pairs its reviewers have taken out. */
export async function loadRejected(context: RunContext): Promise<void> {
  const pairs = await readWithdrawals(context)
  if (pairs && pairs.length > 0) context.rejected = pairs.map(({ pair_id }) => pair_id).sort()
}

/** Replaces the list; an empty one puts every pair back. */
export async function storeWithdrawals(run: Run, pairs: Withdrawals['pairs']): Promise<void> {
  if (pairs.length === 0) return remove(pathOf(run))
  await replaceFile(pathOf(run), `${JSON.stringify(Withdrawals.parse({ format: 1, pairs }), null, 1)}\n`)
}
