import { intervals } from '../../output/charts/intervals.ts'
import { clusteredMeans, shareOf } from '../answers/clustered.ts'
import { inArmOrder } from './arms.ts'
import { count, estimated, text, type SectionMaker, withEstimate } from './section.ts'

/** M4: how many answers the token limit cut off, by arm and cap (DLER, arXiv 2510.15110). */
export const truncation: SectionMaker = async ({ db, run }) => {
  const by = ['arm', 'cap']
  const cut = await clusteredMeans(db, { from: 'answers', value: 'is_cut::INT', by, where: 'is_answered' })
  const states = await db.rows(`SELECT arm, cap, count(*) FILTER (finish_state = 'cut_in_think') AS in_think,
      count(*) FILTER (finish_state = 'cut_in_answer') AS in_answer,
      count(*) FILTER (truncation IN ('raised', 'continued') AND NOT is_cut) AS recovered
    FROM answers WHERE is_answered GROUP BY arm, cap ORDER BY arm, cap`)
  const rows = inArmOrder(
    cut.map((row) => {
      const own = states.find(({ arm, cap }) => arm === row['arm'] && cap === row['cap'])
      const share = shareOf(row)
      const members = {
        arm: String(row['arm']),
        cap: row['cap'] as number | null,
        n: share.n,
        in_think: Number(own?.['in_think']),
        in_answer: Number(own?.['in_answer']),
        recovered: Number(own?.['recovered']),
      }
      return withEstimate(members, 'share', share)
    }),
    run.arms,
  )
  return {
    id: 'truncation',
    title: 'Cut off by the token limit',
    metric: 'M4',
    says: [
      'The cap is the `max_tokens` that was asked for. Recovered answers were cut at first, and raised or continued to their end.',
    ],
    charts: [
      {
        name: 'truncation',
        title: 'Share of answers cut off, by arm and cap',
        draw: (theme) =>
          intervals(
            {
              title: 'Share of answers cut off, by arm and cap',
              axis: 'share cut off',
              share: true,
              rows: rows.map((row) => ({
                label: `${row.arm}, ${row.cap?.toLocaleString('en') ?? 'no cap'}`,
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
        id: 'truncation',
        caption: 'Answers cut off, by arm and cap',
        columns: [
          text('arm'),
          count('cap'),
          count('n'),
          count('in_think', 'in the thought'),
          count('in_answer', 'in the answer'),
          count('recovered'),
          estimated('share', 'share cut', 'share'),
        ],
        rows,
      },
    ],
  }
}
