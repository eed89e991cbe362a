import { logarithmicBars, type Occurrences } from '../../output/charts/histogram.ts'
import { tokenLengths, type LengthsOfArm } from '../../output/charts/token-lengths.ts'
import { clusteredMeans, meanOf, z95, type Estimate } from '../answers/clustered.ts'
import type { Database, QueryRow } from '../../store/duckdb/open.ts'
import { inArmOrder } from './arms.ts'
import { count, estimate, estimated, number, text, type SectionMaker } from './section.ts'

const kinds = ['right', 'wrong', 'undecided'] as const

/** M1: how long answers are, by arm and correctness (compare Art, arXiv 2509.22193). */
export const lengths: SectionMaker = async ({ db, run }) => {
  const means = await clusteredMeans(db, {
    from: 'answers',
    value: 'tokens',
    by: ['arm', 'kind'],
    where: 'is_answered',
  })
  const quantiles = await db.rows(`SELECT arm, kind, quantile_disc(tokens, 0.1) AS p10,
      quantile_disc(tokens, 0.5) AS p50, quantile_disc(tokens, 0.9) AS p90, quantile_disc(tokens, 0.99) AS p99
    FROM answers WHERE is_answered GROUP BY arm, kind ORDER BY arm, kind`)
  const drawn = await occurrencesOf(db)
  const rows = run.arms.flatMap(({ name: arm }) =>
    kinds.flatMap((kind) => {
      const isOne = (row: QueryRow): boolean => row['arm'] === arm && row['kind'] === kind
      const mean = means.find(isOne)
      const { p10, p50, p90, p99 } = quantiles.find(isOne) ?? {}
      if (!mean) return []
      const { low, ...of } = meanOf(mean)
      return [
        {
          arm,
          kind,
          n: of.n,
          ...estimate('mean', { ...of, low: low === null ? null : Math.max(0, low) }),
          p10: p10 as number,
          p50: p50 as number,
          p90: p90 as number,
          p99: p99 as number,
        },
      ]
    }),
  )
  const ratios = run.arms.flatMap(({ name: arm }) => {
    const [right, wrong] = ['right', 'wrong'].map((kind) =>
      means.find((row) => row['arm'] === arm && row['kind'] === kind),
    )
    return right && wrong ? [{ arm, ...estimate('ratio', ratioOf(wrong, right)) }] : []
  })
  return {
    id: 'lengths',
    title: 'Length by correctness',
    metric: 'M1',
    says: [
      'Tokens of reasoning and answer together. Wrong answers of reasoning models tend to be longer than right ones.',
      run.lengths || 'All are counted with one tokenizer.',
    ],
    charts:
      drawn.length === 0
        ? []
        : [
            {
              name: 'token-lengths',
              title: 'Length of the answers in tokens, by correctness',
              draw: (theme) => tokenLengths(drawn, theme),
            },
          ],
    tables: [
      {
        id: 'lengths',
        caption: 'Tokens of an answer: mean with its interval, and quantiles',
        columns: [
          text('arm'),
          text('kind', 'answers'),
          count('n'),
          estimated('mean', 'mean', 'number'),
          ...['p10', 'p50', 'p90', 'p99'].map((each) => count(each)),
        ],
        rows,
      },
      {
        id: 'length-wrong-right',
        caption: 'Mean length of wrong answers for that of right ones',
        columns: [text('arm'), estimated('ratio', 'wrong / right', 'number')],
        rows: ratios,
      },
      {
        id: 'length-bars',
        caption: 'The bars of the plot; answers without a token have no place on its axis',
        ofChart: 'token-lengths',
        columns: [
          text('arm'),
          text('kind', 'answers'),
          number('from', 'from'),
          number('to', 'below'),
          count('n'),
        ],
        rows: inArmOrder(
          drawn.flatMap(({ arm, kinds }) =>
            kinds.flatMap(({ kind, tokens }) =>
              logarithmicBars(tokens, 4).map(({ from, to, count: n }) => ({ arm, kind, from, to, n })),
            ),
          ),
          run.arms,
        ),
      },
    ],
  }
}

/** Of two means that are taken as independent, by the delta method on logarithms. */
function ratioOf(over: QueryRow, under: QueryRow): Estimate {
  const [a, b] = [Number(over['mean']), Number(under['mean'])]
  const [ea, eb] = [over['se'], under['se']]
  const n = Number(over['n']) + Number(under['n'])
  if (a === 0 || b === 0) return { n, mean: null, low: null, high: null }
  if (typeof ea !== 'number' || typeof eb !== 'number') return { n, mean: a / b, low: null, high: null }
  const spread = Math.exp(z95 * Math.hypot(ea / a, eb / b))
  return { n, mean: a / b, low: a / b / spread, high: (a / b) * spread }
}

async function occurrencesOf(db: Database): Promise<LengthsOfArm[]> {
  const found = await db.rows(`SELECT arm, kind, tokens, count(*) AS n
    FROM answers JOIN arms USING (arm) WHERE is_answered AND tokens > 0 GROUP BY arm, place, kind, tokens ORDER BY place, kind, tokens`)
  return [...Map.groupBy(found, ({ arm }) => String(arm))].map(([arm, own]) => ({
    arm,
    kinds: kinds.flatMap((kind) => {
      const tokens: Occurrences = new Map(
        own.filter((row) => row['kind'] === kind).map(({ tokens, n }) => [Number(tokens), Number(n)]),
      )
      return tokens.size === 0 ? [] : [{ kind, tokens }]
    }),
  }))
}
