import { clusteredMeans, shareOf } from '../answers/clustered.ts'
import { intervals } from '../../output/charts/intervals.ts'
import { byArm } from './arms.ts'
import { count, estimate, estimated, text, type SectionMaker } from './section.ts'

/** What the verifier said of the answers of every arm, and which of them the filters keep. */
export const accuracy: SectionMaker = async ({ db }) => {
  const verdicts = await db.rows(`SELECT arm, count(*) AS answered,
      count(*) FILTER (kind = 'right') AS "right", count(*) FILTER (kind = 'wrong') AS wrong,
      count(*) FILTER (kind = 'undecided') AS undecided, count(*) FILTER (is_right AND keep) AS right_kept,
      count(*) FILTER (is_right AND NOT keep) AS right_dropped,
      count(*) FILTER (kind = 'wrong' AND keep) AS wrong_kept,
      count(*) FILTER (kind = 'wrong' AND NOT keep) AS wrong_dropped,
      count(*) FILTER (kind = 'undecided' AND keep) AS undecided_kept,
      count(*) FILTER (kind = 'undecided' AND NOT keep) AS undecided_dropped
    FROM answers JOIN arms USING (arm) WHERE is_answered GROUP BY arm, place ORDER BY place`)
  const shares = byArm(
    await clusteredMeans(db, {
      from: 'answers',
      value: 'is_right::INT',
      by: ['arm'],
      where: 'is_answered AND is_first',
    }),
  )
  const rows = verdicts.map(({ arm, answered, right, wrong, undecided }) => ({
    arm: arm as string,
    answered: answered as number,
    right: right as number,
    wrong: wrong as number,
    undecided: undecided as number,
    ...estimate('share', shareOf(shares.get(String(arm)) ?? {})),
  }))
  return {
    id: 'accuracy',
    title: 'Right and wrong answers',
    metric: '',
    says: [
      'An answer that could not be checked is undecided and counts as not right here. The share is that of the first samples of every problem, with its interval at 95 %.',
      'The four cells hold what the filters did with right and with wrong answers.',
    ],
    charts: [
      {
        name: 'accuracy',
        title: 'Share of right answers, by arm',
        draw: (theme) =>
          intervals(
            {
              title: 'Share of right answers, by arm',
              axis: 'share of right answers',
              share: true,
              rows: rows.map((row) => ({
                label: row.arm,
                value: row.share,
                low: row.share_low,
                high: row.share_high,
              })),
            },
            theme,
          ),
      },
    ],
    tables: [
      {
        id: 'accuracy',
        caption: 'Verdicts by arm',
        columns: [
          text('arm'),
          count('answered'),
          count('right'),
          count('wrong'),
          count('undecided'),
          estimated('share', 'share right', 'share'),
        ],
        rows,
      },
      {
        id: 'four-cells',
        caption:
          'The four cells: right and wrong answers, kept and dropped, and beside them the undecided ones',
        columns: [
          text('arm'),
          count('right_kept', 'right, kept'),
          count('right_dropped', 'right, dropped'),
          count('wrong_kept', 'wrong, kept'),
          count('wrong_dropped', 'wrong, dropped'),
          count('undecided_kept', 'undecided, kept'),
          count('undecided_dropped', 'undecided, dropped'),
        ],
        rows: verdicts as Record<string, number>[],
      },
    ],
  }
}
