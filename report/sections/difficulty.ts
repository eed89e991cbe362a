import { centredBars, type Occurrences } from '../../output/charts/histogram.ts'
import { passRates } from '../../output/charts/pass-rates.ts'
import { clusteredMeans, shareOf } from '../answers/clustered.ts'
import { inArmOrder } from './arms.ts'
import { count, estimate, estimated, number, text, type SectionMaker } from './section.ts'

const tiers = [
  ['never solved', 'solved = 0'],
  ['up to a third', 'solved > 0 AND 3 * solved <= checked'],
  ['up to two thirds', '3 * solved > checked AND 3 * solved <= 2 * checked'],
  ['above two thirds', '3 * solved > 2 * checked AND solved < checked'],
  ['always solved', 'solved = checked'],
] as const

/** Labels beyond so many are told together. */
const mostLabels = 20

/** M10: pass rates, tiers of difficulty, and the source's own labels. */
export const difficulty: SectionMaker = async ({ db, run }) => {
  const rates = await db.rows(`SELECT arm, solved / checked AS rate, count(*) AS problems,
      min(checked) AS least, max(checked) AS most
    FROM problem_arms WHERE checked > 0 GROUP BY ALL ORDER BY ALL`)
  const byArm = inArmOrder(
    [...Map.groupBy(rates, ({ arm }) => String(arm))].map(([arm, own]) => ({
      arm,
      rates: new Map(own.map(({ rate, problems }) => [Number(rate), Number(problems)])) as Occurrences,
      least: Math.min(...own.map(({ least }) => Number(least))),
      most: Math.max(...own.map(({ most }) => Number(most))),
    })),
    run.arms,
  )
  const counted =
    await db.rows(`SELECT arm, ${tiers.map(([name, test]) => `count(*) FILTER (${test}) AS "${name}"`).join(', ')}
    FROM problem_arms JOIN arms USING (arm) WHERE checked > 0 GROUP BY arm, place ORDER BY place`)
  await db.run(`CREATE OR REPLACE TEMP TABLE labels AS SELECT difficulty AS label FROM problem_arms
    WHERE difficulty <> '' GROUP BY difficulty ORDER BY count(*) DESC, difficulty LIMIT ${mostLabels}`)
  const labelled = await clusteredMeans(db, {
    from: `(SELECT a.*, coalesce(label, '(others)') AS label FROM answers a LEFT JOIN labels ON label = a.difficulty)`,
    value: 'is_right::INT',
    by: ['label', 'arm'],
    where: `is_answered AND is_first AND difficulty <> ''`,
  })
  return {
    id: 'difficulty',
    title: 'How hard the problems are',
    metric: 'M10',
    says: [
      'A pass rate is the share of right answers among the checked first samples of one arm for one problem.',
    ],
    charts:
      byArm.length === 0
        ? []
        : [{ name: 'pass-rates', title: 'Pass rates', draw: (theme) => passRates(byArm, theme) }],
    tables: [
      {
        id: 'tiers',
        caption: 'Problems by pass rate',
        columns: [text('arm'), ...tiers.map(([name]) => count(name))],
        rows: counted as Record<string, number>[],
      },
      {
        id: 'difficulty-labels',
        caption: 'Share of right answers by the label that the source gives',
        columns: [text('label'), text('arm'), count('n'), estimated('share', 'share right', 'share')],
        rows: labelled.map((row) => {
          const share = shareOf(row)
          return {
            label: String(row['label']),
            arm: String(row['arm']),
            n: share.n,
            ...estimate('share', share),
          }
        }),
      },
      {
        id: 'pass-rate-bars',
        caption: 'The bars of the plot',
        ofChart: 'pass-rates',
        columns: [text('arm'), number('from'), number('to', 'below'), count('problems')],
        rows: byArm.flatMap(({ arm, rates }) =>
          centredBars(rates, 0.1).map(({ from, to, count: problems }) => ({ arm, from, to, problems })),
        ),
      },
    ],
    ...(labelled.length === 0 && {
      notKnown: [
        'Accuracy by difficulty: the problems have no label; `problems.fields.difficulty` names its column.',
      ],
    }),
  }
}
