import { literal, type Database } from '../../store/duckdb/open.ts'
import { clusteredMeans, meanOf, type Estimate } from '../answers/clustered.ts'
import { budgets } from '../answers/budgets.ts'
import type { Column, Section } from '../report.ts'
import { count, estimated, text, withEstimate } from '../sections/section.ts'

const figures: readonly { figure: string; value: string; form: 'share' | 'number' }[] = [
  { figure: 'share right', value: 'avg(is_right::INT)', form: 'share' },
  ...budgets.map((budget) => ({
    figure: `share right within ${budget} tokens`,
    value: `avg((is_right AND tokens <= ${budget})::INT)`,
    form: 'share' as const,
  })),
  { figure: 'share cut off', value: 'avg(is_cut::INT)', form: 'share' },
  { figure: 'share kept', value: 'avg(keep::INT)', form: 'share' },
  { figure: 'tokens', value: 'avg(tokens)', form: 'number' },
]

/** Two arms of one run beside each other, problem by problem: what both were asked is compared as pairs. */
export async function compareArms(db: Database, a: string, b: string): Promise<Section> {
  const rows = await Promise.all(
    figures.map(({ figure, value, form }) => compareFigure(db, { a, b, figure, value, form })),
  )
  return {
    id: 'compare',
    title: `${a} beside ${b}`,
    metric: '',
    says: [
      `A is ${a}, B is ${b}. Means of the first samples of every problem that both arms answered; the difference is that of pairs, so that hard problems weigh on both.`,
    ],
    tables: (['share', 'number'] as const).map((form) => ({
      id: `compare-arms-${form}`,
      caption: form === 'share' ? 'Shares of answers' : 'Lengths of answers',
      columns: columns(form),
      rows: rows.filter((row) => row.form === form).map(({ form: _form, ...row }) => row),
    })),
  }
}

async function compareFigure(
  db: Database,
  {
    a,
    b,
    figure,
    value,
    form,
  }: { a: string; b: string; figure: string; value: string; form: 'share' | 'number' },
) {
  const from = `(SELECT x.problem, x.y AS a, z.y AS b, x.y - z.y AS difference, 1 AS one FROM
    (SELECT problem, ${value} AS y FROM answers WHERE arm = ${literal(a)} AND is_first AND is_answered GROUP BY problem) x
    JOIN (SELECT problem, ${value} AS y FROM answers WHERE arm = ${literal(b)} AND is_first AND is_answered GROUP BY problem) z USING (problem))`
  const found: Record<string, Estimate> = {}
  for (const key of ['a', 'b', 'difference']) {
    const [row] = await clusteredMeans(db, { from, value: key, by: ['one'] })
    found[key] = meanOf(row ?? {})
  }
  const row = { figure, form, n: found['a']!.n }
  return withEstimate(
    withEstimate(withEstimate(row, 'a', found['a']!), 'b', found['b']!),
    'difference',
    found['difference']!,
  )
}

function columns(form: 'share' | 'number'): Column[] {
  return [
    text('figure'),
    count('n', 'problems'),
    estimated('a', 'A', form),
    estimated('b', 'B', form),
    estimated('difference', 'A − B', form),
  ]
}
