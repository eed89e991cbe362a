import { RunError, StoppedError, TwinstillError } from '../../../schemas/errors.ts'
import type { PublicationCheck, ToPublish } from './checks/check.ts'
import { publicationChecks } from './checks/registry.ts'

/** What became of a check. One that cannot be carried out is refused. */
export type CheckResult = {
  check: PublicationCheck['name']
  outcome: 'passed' | 'refused' | 'accepted'
  text: string
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
  let refused: RunError | TwinstillError | undefined
  for (const check of publicationChecks) {
    if (dataset.signals.stop.aborted) throw new StoppedError('stopped by a signal; nothing was sent')
    const isAccepted = recipe.push.accept?.some((name) => name === check.name) === true
    if (isAccepted && !isDryRun) {
      results.push({ check: check.name, outcome: 'accepted', text: 'not looked at: `push.accept`' })
      continue
    }
    const found = await carryOut(check, dataset)
    const outcome = typeof found === 'string' ? 'passed' : isAccepted ? 'accepted' : 'refused'
    results.push({ check: check.name, outcome, text: typeof found === 'string' ? found : found.message })
    if (isDryRun) reporter.note(`check ${check.name}: ${outcome}: ${results.at(-1)!.text}`)
    if (typeof found === 'string' || isAccepted) continue
    if (!isDryRun) throw found
    refused ??= found
  }
  if (refused) throw refused
  return results
}

/** What was looked at, or why not to publish. */
async function carryOut(check: PublicationCheck, dataset: ToPublish): Promise<string | TwinstillError> {
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
