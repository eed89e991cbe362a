import { openSecretScan } from '../../../output/dataset/find-secrets.ts'
import type { RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'

/** What of a problem is stored in a dataset, by the name of its field in the recipe. */
const texts: Readonly<Record<string, (problem: Problem) => readonly string[]>> = {
  prompt: ({ prompt }) => [prompt],
  answer: ({ answers }) => answers,
  choices: ({ choices }) => choices,
  id: ({ source_id }) => [source_id],
  source: ({ source }) => [source],
  license: ({ license }) => [license],
  domain: ({ domain }) => [domain],
  difficulty: ({ difficulty }) => [difficulty],
}

/** Marks that are told at once, for whoever has looked at all of them. */
const mostMarks = 5

/**
 * Passes rows on and says at their end which of them hold a key in use or what has the form of one: `write` would refuse
 * the dataset for it, when everything has been paid for.
 */
export async function* watchKeys(
  rows: AsyncIterable<SourceRow | RejectedRow>,
  { recipe, secrets }: { recipe: Recipe; secrets: Readonly<Record<string, string>> },
  reporter: Pick<Reporter, 'warn'>,
): AsyncGenerator<SourceRow | RejectedRow> {
  const scan = openSecretScan(secrets, recipe.write.not_secrets ?? [])
  const marks = new Set<string>()
  let count = 0
  let first: string | undefined
  for await (const row of rows) {
    yield row
    if ('reason' in row) continue
    const fields = Object.entries(texts).map(([field, of]) => ({ field, text: of(row.problem).join('\n') }))
    // One look at a row, because nearly none holds anything.
    const seen = scan(Buffer.from(fields.map(({ text }) => text).join('\n')))
    if (seen === undefined) continue
    count += 1
    if (seen.mark !== undefined && marks.size < mostMarks) marks.add(seen.mark)
    if (first !== undefined) continue
    const holder = fields.find(({ text }) => scan(Buffer.from(text)) !== undefined)
    first = `${row.position} (${columnOf(recipe, holder?.field ?? 'row')}) holds ${seen.what}`
  }
  if (first === undefined) return
  const more = count === 1 ? '' : `, and ${count - 1} more ${count === 2 ? 'row holds one' : 'rows hold one'}`
  const way =
    marks.size === 0 ? '' : `; if it is none, put ${[...marks].join(', ')} into \`write.not_secrets\``
  const isDropped = recipe.filter['secret'] !== undefined && recipe.filter['secret'] !== false
  const consequence = isDropped
    ? 'teachers are asked with it, and filter.secret drops what they answer'
    : 'teachers are asked with it, and `write` refuses the dataset'
  reporter.warn(
    `${first}${more}; ${consequence}: if it is a key, replace it at its service and remove it from the problem set${isDropped ? '' : ', or drop the rows with `filter.secret: true`'}${way}`,
  )
}

/** The column that the recipe names for a field, else the field. */
function columnOf({ problems }: Recipe, field: string): string {
  const named = (problems.fields as Readonly<Record<string, unknown>>)[field]
  return typeof named === 'string' && !named.includes('{') ? `column ${named}` : field
}
