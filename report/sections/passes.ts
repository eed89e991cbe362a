import { lines } from '../../output/charts/budget-lines.ts'
import { z95, type Estimate } from '../answers/clustered.ts'
import { inArmOrder } from './arms.ts'
import { count, estimate, estimated, text, type SectionMaker } from './section.ts'

const ks = [1, 2, 4, 8, 16, 32, 64]

/**
 * M3: Mean@k and Pass@k over problems with at least k answered samples. Pass@k is the unbiased estimator 1 − C(n−c, k) / C(n, k)
 * of Chen et al., Evaluating Large Language Models Trained on Code, arXiv 2107.03374, in the form of a product.
 */
export const passes: SectionMaker = async ({ db, run }) => {
  const counts = (
    await db.rows(
      'SELECT arm, answered AS n, solved AS c, count(*) AS problems FROM problem_arms GROUP BY ALL ORDER BY ALL',
    )
  ).map(({ arm, n, c, problems }) => ({
    arm: String(arm),
    n: Number(n),
    c: Number(c),
    problems: Number(problems),
  }))
  const rows = inArmOrder(
    ks.flatMap((k) =>
      run.arms.flatMap(({ name: arm }) => {
        const own = counts.filter((each) => each.arm === arm)
        const able = own.filter(({ n }) => n >= k)
        if (able.length === 0) return []
        const pass = meanOver(able.map((each) => [passAtK(each.n, each.c, k), each.problems]))
        const mean = meanOver(able.map((each) => [each.c / each.n, each.problems]))
        const left_out = own.reduce((sum, each) => sum + (each.n < k ? each.problems : 0), 0)
        const row = { arm, k, problems: pass.n, left_out }
        return [{ ...row, ...estimate('mean', mean), ...estimate('pass', pass) }]
      }),
    ),
    run.arms,
  )
  const points = rows.map((row) => ({
    arm: row.arm,
    at: row.k,
    share: row.pass,
    low: row.pass_low,
    high: row.pass_high,
  }))
  return {
    id: 'passes',
    title: 'Mean@k and Pass@k',
    metric: 'M3',
    says: [
      'Mean@k is the expected share of right answers among k, Pass@k the chance that at least one of k is right, both for the first samples of every problem, which no answer decided on.',
      'Pass@k is the unbiased estimator of Chen et al. (arXiv 2107.03374); a problem with fewer than k answers has none and is left out, and undecided answers count as not right. Intervals are over problems.',
    ],
    charts:
      Math.max(...rows.map(({ k }) => k)) > 1
        ? [
            {
              name: 'pass-at-k',
              title: 'Pass@k',
              draw: (theme) =>
                lines(
                  points,
                  {
                    title: 'Pass@k',
                    axis: 'k',
                    ticks: [...new Set(points.map(({ at }) => at))],
                    share: 'chance of a right answer among k',
                  },
                  theme,
                ),
            },
          ]
        : [],
    tables: [
      {
        id: 'passes',
        caption: 'Mean@k and Pass@k by arm',
        columns: [
          text('arm'),
          count('k'),
          count('problems'),
          count('left_out', 'left out'),
          estimated('mean', 'Mean@k', 'share'),
          estimated('pass', 'Pass@k', 'share'),
        ],
        rows,
      },
    ],
    ...(rows.every(({ k }) => k === 1) && {
      notKnown: [
        'Pass@k for k above 1: the run has one sample a problem; `samples` of an arm asks for more.',
      ],
    }),
  }
}

/** @param n answers, of which `c` are right @param k at most `n` */
function passAtK(n: number, c: number, k: number): number {
  let fails = 1
  for (let at = n - c + 1; at <= n; at++) fails *= Math.max(0, 1 - k / at)
  return 1 - fails
}

/** A mean over problems, each value with the number of problems that have it. */
function meanOver(values: readonly (readonly [value: number, problems: number])[]): Estimate {
  const n = values.reduce((sum, [, problems]) => sum + problems, 0)
  const mean = values.reduce((sum, [value, problems]) => sum + value * problems, 0) / n
  const squares = values.reduce((sum, [value, problems]) => sum + problems * (value - mean) ** 2, 0)
  if (n < 2) return { n, mean, low: null, high: null }
  const half = z95 * Math.sqrt(squares / (n - 1) / n)
  return { n, mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) }
}
