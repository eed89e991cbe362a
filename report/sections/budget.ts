import { budgetLines } from '../../output/charts/budget-lines.ts'
import { budgets } from '../answers/budgets.ts'
import { clusteredMeans, shareOf } from '../answers/clustered.ts'
import { byArm } from './arms.ts'
import { count, estimated, text, type SectionMaker, withEstimate } from './section.ts'

/** M2: the share of answers that are right and end within so many tokens (Art, arXiv 2509.22193; DLER, arXiv 2510.15110). */
export const budget: SectionMaker = async ({ db, run }) => {
  const rows: {
    arm: string
    budget: number
    n: number
    share: number | null
    low: number | null
    high: number | null
  }[] = []
  for (const most of budgets) {
    const found = byArm(
      await clusteredMeans(db, {
        from: 'answers',
        value: `(is_right AND tokens <= ${most})::INT`,
        by: ['arm'],
        where: 'is_answered AND is_first',
      }),
    )
    for (const { name: arm } of run.arms) {
      const own = found.get(arm)
      if (!own) continue
      const { n, mean, low, high } = shareOf(own)
      rows.push({ arm, budget: most, n, share: mean, low, high })
    }
  }
  const solved = await db.rows(
    `SELECT arm, ${budgets
      .flatMap((most) => [
        `count(*) FILTER (right_within_${most} = 0) AS none_${most}`,
        `count(*) FILTER (right_within_${most} = answered) AS all_${most}`,
      ])
      .join(
        ', ',
      )}, count(*) AS problems FROM problem_arms JOIN arms USING (arm) GROUP BY arm, place ORDER BY place`,
  )
  return {
    id: 'budget',
    title: 'Accuracy at a budget of tokens',
    metric: 'M2',
    says: [
      'An answer counts when it is right and no longer than the budget, so that the share can only grow with the budget.',
    ],
    charts: [
      {
        name: 'accuracy-at-budget',
        title: 'Share of right answers within a budget of tokens',
        draw: (theme) => budgetLines(rows, theme),
      },
    ],
    tables: [
      {
        id: 'budget',
        caption: 'Share of answers that are right and within the budget',
        columns: [
          text('arm'),
          count('budget', 'tokens at most'),
          count('n'),
          estimated('share', 'share', 'share'),
        ],
        rows: run.arms.flatMap(({ name }) =>
          rows
            .filter(({ arm }) => arm === name)
            .map(({ arm, budget, n, share, low, high }) =>
              withEstimate({ arm, budget, n }, 'share', { n, mean: share, low, high }),
            ),
        ),
      },
      {
        id: 'solved-at-budget',
        caption: 'Problems of which no answer, or every answer, is right within the budget',
        columns: [
          text('arm'),
          count('budget', 'tokens at most'),
          count('problems'),
          count('none', 'all fail'),
          count('all', 'all pass'),
        ],
        rows: solved.flatMap((row) =>
          budgets.map((most) => ({
            arm: String(row['arm']),
            budget: most,
            problems: Number(row['problems']),
            none: Number(row[`none_${most}`]),
            all: Number(row[`all_${most}`]),
          })),
        ),
      },
    ],
  }
}
