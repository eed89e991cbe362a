import { intervals } from '../../output/charts/intervals.ts'
import { shownMeasures } from '../answers/gather.ts'
import { clusteredMeans, meanOf } from '../answers/clustered.ts'
import { inArmOrder } from './arms.ts'
import { count, estimate, estimated, text, type SectionMaker } from './section.ts'

const labels: Readonly<Record<Measure, string>> = {
  steps: 'steps',
  step_tokens: 'tokens of a step',
  branching_density: 'share of steps that turn',
  reflection_words: 'reflection words for 1,000 tokens',
  verification_words: '“check”, “verify” for 1,000 tokens',
  tentative_words: '“perhaps”, “might” for 1,000 tokens',
  connective_words: '“therefore”, “since” for 1,000 tokens',
}

type Measure = (typeof shownMeasures)[number]
type Row = { measure: Measure; arm: string; kind: string; n: number } & ReturnType<typeof estimate<'mean'>>

/** M9: how a reasoning goes on, by arm and correctness (DLER, arXiv 2510.15110; arXiv 2604.01702; LIMO, arXiv 2502.03387). */
export const reflection: SectionMaker = async ({ db, run }) => {
  const rows: Row[] = []
  for (const measure of shownMeasures) {
    const found = await clusteredMeans(db, {
      from: 'answers',
      value: measure,
      by: ['arm', 'kind'],
      where: 'is_answered',
    })
    for (const row of found) {
      const { low, ...rest } = meanOf(row)
      const mean = { ...rest, low: low === null ? null : Math.max(0, low) }
      rows.push({
        measure,
        arm: String(row['arm']),
        kind: String(row['kind']),
        n: mean.n,
        ...estimate('mean', mean),
      })
    }
  }
  const ordered = shownMeasures.flatMap((measure) =>
    inArmOrder(
      ['right', 'wrong', 'undecided'].flatMap((kind) =>
        rows.filter((row) => row.measure === measure && row.kind === kind),
      ),
      run.arms,
    ),
  )
  const drawn = ordered.filter((row) => row.kind !== 'undecided')
  return {
    id: 'reflection',
    title: 'Reflection and branching',
    metric: 'M9',
    says: [
      'Steps are cut at blank lines; a step turns when it opens with a word such as “wait”. The lists of words are English, and teachers differ in their habit of blank lines, so that values compare within one teacher.',
    ],
    charts: (['reflection_words', 'branching_density'] as const).flatMap((measure) => {
      const own = drawn.filter((row) => row.measure === measure)
      if (own.length === 0) return []
      const title = `${measure === 'branching_density' ? 'Branching' : 'Reflection'}: ${labels[measure]}`
      return [
        {
          name: measure.replaceAll('_', '-'),
          title,
          draw: (theme) =>
            intervals(
              {
                title,
                axis: labels[measure],
                share: measure === 'branching_density',
                rows: own.map((row) => ({
                  label: `${row.arm}, ${row.kind}`,
                  value: row.mean,
                  low: row.mean_low,
                  high: row.mean_high,
                })),
              },
              theme,
            ),
        },
      ]
    }),
    tables: [
      {
        id: 'reflection',
        caption: 'Means over the answers that were measured',
        columns: [
          text('label', 'measure'),
          text('arm'),
          text('kind', 'answers'),
          count('n'),
          estimated('mean', 'mean', 'number'),
        ],
        rows: ordered.map((row) => ({ ...row, label: labels[row.measure] })),
      },
    ],
    ...(ordered.length === 0 && {
      notKnown: [
        'Reflection and branching: nothing was measured; `filter: {reflection: true, steps: true}` does, and asks nothing.',
      ],
    }),
  }
}
