import type { RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import { quoted } from '../../../schemas/quoted.ts'
import { hasDecimalComma, mayHaveDecimalComma } from '../../../verifiers/math/extract/decimal-comma.ts'
import { MathOptions } from '../../../verifiers/math/math.ts'
import { NumericOptions } from '../../../verifiers/numeric.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'

/**
 * Passes rows on and says at their end when references seem to have decimal commas and the recipe does not say whether they
 * do: read with points, `7,5` is a list of two and no answer of 7.5 is right.
 */
export async function* watchDecimalCommas(
  rows: AsyncIterable<SourceRow | RejectedRow>,
  { verify }: Recipe,
  reporter: Pick<Reporter, 'warn'>,
): AsyncGenerator<SourceRow | RejectedRow> {
  const sections: Readonly<Record<string, unknown>> = verify
  const stated: Readonly<Record<string, string | undefined>> = {
    math: MathOptions.parse(sections['math'] ?? {}).decimal,
    numeric: NumericOptions.parse(sections['numeric'] ?? {}).math.decimal,
  }
  let count = 0
  let first: { position: string; reference: string } | undefined
  let isCertain = false
  for await (const row of rows) {
    yield row
    if ('reason' in row) continue
    const { task, answers, prompt } = row.problem
    if (!Object.hasOwn(stated, task) || stated[task] !== undefined) continue
    const reference = answers.find(mayHaveDecimalComma)
    if (reference === undefined) continue
    count += 1
    first ??= { position: row.position, reference }
    isCertain ||= hasDecimalComma(reference) || hasDecimalComma(prompt)
  }
  if (first === undefined || !isCertain) return
  reporter.warn(
    `${count === 1 ? '1 reference seems' : `${count} references seem`} to have a decimal comma, the first at ${first.position}: ${quoted(first.reference)}; state verify.math.decimal: comma (for the task numeric verify.numeric.math.decimal) if so, else point`,
  )
}
