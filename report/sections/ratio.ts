import { lengthRatios } from '../../output/charts/length-ratios.ts'
import { logarithmicBars, type Occurrences } from '../../output/charts/histogram.ts'
import { literal } from '../../store/duckdb/open.ts'
import { meanOf } from '../answers/clustered.ts'
import { armPairs } from './arms.ts'
import { count, estimated, number, text, type SectionMaker, withEstimate } from './section.ts'

const mostDomains = 24

/** M8: how much longer one answer of a pair is than the other, in tokens and in bytes (compare arXiv 2509.22193). */
export const ratio: SectionMaker = async ({ db, run }) => {
  const [pair] = armPairs(run.arms)
  const empty = {
    id: 'ratio',
    title: 'Length ratio of the pairs',
    metric: 'M8',
    says: ['The chosen answers of every pair: tokens, or bytes in UTF-8, of one arm for each of the other.'],
    tables: [],
  }
  if (!pair) return { ...empty, notKnown: ['Length ratios: the run has one arm.'] }
  const { a, b } = pair
  await db.run(`CREATE OR REPLACE TEMP VIEW ratios AS WITH both_arms AS (
      SELECT problem, any_value(domain) AS domain,
        any_value(tokens) FILTER (arm = ${literal(a)}) AS ta, any_value(tokens) FILTER (arm = ${literal(b)}) AS tb,
        any_value(bytes) FILTER (arm = ${literal(a)}) AS ba, any_value(bytes) FILTER (arm = ${literal(b)}) AS bb
      FROM answers WHERE in_pair AND arm IN (${literal(a)}, ${literal(b)}) GROUP BY problem)
    SELECT problem, domain, ta / tb AS tokens, ba / bb AS bytes FROM both_arms WHERE ta > 0 AND tb > 0 AND bb > 0`)
  const found = await db.rows(`WITH ranked AS (
      SELECT domain, row_number() OVER (ORDER BY count(*) DESC, domain) AS place FROM ratios GROUP BY domain),
    named AS (SELECT tokens, bytes, CASE WHEN place <= ${mostDomains} THEN domain ELSE '(others)' END AS name FROM ratios JOIN ranked USING (domain))
    SELECT grouping(name) AS total, name, count(*) AS n, count(*) AS problems, avg(tokens) AS mean,
      stddev_samp(tokens) / sqrt(count(*)) AS se, quantile_disc(tokens, 0.1) AS p10, quantile_disc(tokens, 0.5) AS p50,
      quantile_disc(tokens, 0.9) AS p90, quantile_disc(bytes, 0.5) AS bytes_p50, avg(bytes) AS bytes_mean
    FROM named GROUP BY GROUPING SETS ((), (name)) ORDER BY total DESC, n DESC, name`)
  const rows = found
    .filter(({ n }) => Number(n) > 0)
    .map((row) => {
      const { total, name, n, p10, p50, p90, bytes_p50, bytes_mean } = row
      const members = {
        domain: total === 1 ? 'all pairs' : String(name) || 'no domain',
        n: n as number,
        p10: p10 as number,
        p50: p50 as number,
        p90: p90 as number,
        bytes_mean: bytes_mean as number,
        bytes_p50: bytes_p50 as number,
      }
      return withEstimate(members, 'mean', meanOf(row))
    })
  const drawn: Occurrences = new Map(
    (
      await db.rows(
        'SELECT round(tokens, 2) AS ratio, count(*) AS n FROM ratios GROUP BY ratio ORDER BY ratio',
      )
    ).map(({ ratio, n }) => [Math.max(0.01, Number(ratio)), Number(n)]),
  )
  return {
    ...empty,
    charts:
      drawn.size === 0
        ? []
        : [
            {
              name: 'length-ratio',
              title: `Tokens of ${a} for each token of ${b}`,
              draw: (theme) => lengthRatios({ longer: a, shorter: b, ratios: drawn }, theme),
            },
          ],
    tables: [
      {
        id: 'ratio',
        caption: `Tokens of ${a} for each token of ${b}, and the same of bytes`,
        columns: [
          text('domain'),
          count('n', 'pairs'),
          estimated('mean', 'mean', 'number'),
          number('p10'),
          number('p50', 'median'),
          number('p90'),
          number('bytes_mean', 'bytes, mean'),
          number('bytes_p50', 'bytes, median'),
        ],
        rows,
      },
      {
        id: 'ratio-bars',
        caption: 'The bars of the plot, of ratios rounded to two places',
        ofChart: 'length-ratio',
        columns: [number('from'), number('to', 'below'), count('n', 'pairs')],
        rows: logarithmicBars(drawn, 4).map(({ from, to, count: n }) => ({ from, to, n })),
      },
    ],
    ...(rows.length === 0 && { notKnown: ['Length ratios: the run has no pairs yet.'] }),
  }
}
