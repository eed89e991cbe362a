import { join } from 'node:path'
import { filesOfProblems, readManifest } from '../../../../output/dataset/manifest.ts'
import { readText } from '../../../../store/files/entries.ts'
import { readParquetRows } from '../../../../store/parquet/read.ts'
import { cardFrontMatter } from '../../../../output/push/published-card.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { CheckRun } from './check.ts'

const unknown = new Set(['', 'other', 'unknown'])
const shown = 5

export const check: CheckRun = {
  async run({ folder, context }) {
    await checkLicence(folder, context.recipe.write.license)
    return 'the licence of the dataset and of its problems is known'
  },
}

/**
 * Makes sure that a reader of the dataset knows under which licence it is: the card names one, or a name or link beside
 * `other`; and every source of problems has one, unless the recipe states the licence of the whole.
 *
 * @param stated `write.license` of the recipe
 * @throws RunError naming everything without a licence
 */
async function checkLicence(folder: string, stated: string | undefined): Promise<void> {
  const card = cardFrontMatter((await readText(join(folder, 'README.md'))) ?? '')
  const isNamed = !unknown.has((card.license ?? '').toLowerCase())
  const explained = [card.license_name, card.license_link].some(
    (text) => text !== undefined && !unknown.has(text.toLowerCase()),
  )
  if (stated !== undefined && (isNamed || explained)) return
  const advice =
    'find out under which licence it may be published, state it with `write.license` in the recipe and write the dataset again'
  const { licences, withoutLicence } = await licencesOf(folder)
  if (withoutLicence.length > 0)
    throw new RunError(`problems of ${listed(withoutLicence)} have no licence; ${advice}`)
  if (!isNamed && !explained)
    throw new RunError(
      `the card names no licence${licences.length > 1 ? ` (the problems have ${listed(licences)})` : ''}; ${advice}`,
    )
}

async function licencesOf(folder: string): Promise<{ licences: string[]; withoutLicence: string[] }> {
  const licences = new Set<string>()
  const withoutLicence = new Set<string>()
  for (const { path, config } of filesOfProblems(await readManifest(folder))) {
    for await (const { source, license } of readParquetRows(join(folder, path), {
      columns: (stored) =>
        stored.map(({ name }) => name).filter((name) => name === 'source' || name === 'license'),
    })) {
      if (typeof license !== 'string') withoutLicence.add(`the configuration ${config}`)
      else {
        licences.add(license)
        if (unknown.has(license.toLowerCase())) withoutLicence.add(String(source) || 'an unnamed source')
      }
    }
  }
  return { licences: [...licences].sort(), withoutLicence: [...withoutLicence].sort() }
}

function listed(names: readonly string[]): string {
  const rest = names.length - shown
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
