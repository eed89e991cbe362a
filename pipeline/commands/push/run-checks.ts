import { RunError, StoppedError, TwinstillError } from '../../../schemas/errors.ts'
import type { Passed, ToPublish } from './checks/check.ts'
import { loadChecks, type PublicationCheck } from './checks/load-checks.ts'

/** What became of a check. One that cannot be carried out is refused. */
export type CheckResult = {
  check: PublicationCheck['name']
  outcome: 'passed' | 'refused' | 'accepted'
  text: string
  /** What it could not look at, because the dataset does not tell; missing where there is no such thing. */
  unknown?: string
}

/**
 * Makes every check before publishing. A dry run makes all of them, also those whose findings the recipe accepts, and says
 * what each found; otherwise the first that refuses ends it.
 *
 * @throws RunError of the first that refuses
 */
export async function runChecks(dataset: ToPublish, isDryRun: boolean): Promise<CheckResult[]> {
  const { recipe } = dataset.context
  const { reporter } = dataset.io
  const results: CheckResult[] = []
  let refused: TwinstillError | undefined
  for (const check of await loadChecks()) {
    if (dataset.signals.stop.aborted) throw new StoppedError('stopped by a signal; nothing was sent')
    const isAccepted = recipe.push.accept?.some((name) => name === check.name) === true
    if (isAccepted && !isDryRun) {
      results.push({ check: check.name, outcome: 'accepted', text: 'not looked at: `push.accept`' })
      continue
    }
    const found = await carryOut(check, dataset)
    const fault = found instanceof TwinstillError ? found : undefined
    const outcome = fault === undefined ? 'passed' : isAccepted ? 'accepted' : 'refused'
    const { text, unknown } = wordsOf(found)
    results.push({ check: check.name, outcome, text, ...(unknown !== undefined && { unknown }) })
    if (isDryRun) reporter.note(`check ${check.name}: ${outcome}: ${text}`)
    if (unknown !== undefined) reporter.note(`check ${check.name}: not known: ${unknown}`)
    if (fault === undefined || isAccepted) continue
    if (!isDryRun) throw fault
    refused ??= fault
  }
  if (refused) throw refused
  return results
}

function wordsOf(found: Passed | TwinstillError): { text: string; unknown?: string } {
  if (typeof found === 'string') return { text: found }
  return found instanceof TwinstillError ? { text: found.message } : found
}

/** What was looked at, or why not to publish. */
async function carryOut(check: PublicationCheck, dataset: ToPublish): Promise<Passed | TwinstillError> {
  try {
    return await check.run(dataset)
  } catch (error) {
    if (error instanceof StoppedError || dataset.signals.stop.aborted) throw error
    if (error instanceof TwinstillError) return error
    const override = check.override ?? `push.accept: [${check.name}]`
    return new RunError(
      `the check ${check.name} could not be made (${(error as Error).message.split('\n')[0]}), so nothing was sent; mend that, or see \`${override}\``,
      { cause: error },
    )
  }
}
