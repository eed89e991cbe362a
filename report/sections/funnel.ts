import { lossFunnel } from '../../output/charts/loss-funnel.ts'
import { count, text, type SectionMaker } from './section.ts'

/** M5: what came to every stage and what left it, from the ledger. */
export const funnel: SectionMaker = async ({ run: { ledger } }) => {
  const { problems, samples, pairs } = ledger
  const steps = [
    { stage: 'problems read', arm: '', in: problems.read, out: problems.kept, lost: problems.lost },
    ...samples,
    { stage: 'problems paired', arm: '', in: pairs.problems, out: pairs.paired, lost: pairs.lost },
  ]
  return {
    id: 'funnel',
    title: 'From the first problem to the published row',
    metric: 'M5',
    says: [
      'What comes to a stage is what it passes on and what it loses, each loss for one reason; the ledger of the run fails where that does not add up.',
      ...(pairs.pending > 0 ? ['Some problems are still under way.'] : []),
    ],
    charts: [
      {
        name: 'loss-funnel',
        title: 'What is left after every stage',
        draw: (theme) => lossFunnel(steps, theme),
      },
    ],
    tables: [
      {
        id: 'funnel',
        caption: 'In and out, by stage and arm; without an arm they are problems',
        ofChart: 'loss-funnel',
        columns: [text('stage'), text('arm'), count('in'), count('out')],
        rows: steps.map(({ stage, arm, in: before, out }) => ({ stage, arm, in: before, out })),
      },
      {
        id: 'losses',
        caption: 'Losses by reason; docs/reasons.md says what each means',
        columns: [text('stage'), text('arm'), text('reason'), count('lost')],
        rows: steps.flatMap(({ stage, arm, lost }) =>
          Object.entries(lost)
            .sort(([, a], [, b]) => b - a)
            .map(([reason, number]) => ({ stage, arm, reason, lost: number })),
        ),
      },
    ],
  }
}
