import { sum } from '../../schemas/counts.ts'
import type { FinishedSamples } from '../../schemas/progress.ts'
import type { PartState } from '../../store/parts/part-state.ts'
import type { Worker } from '../engine/worker.ts'
import type { ShardStep } from '../reporter/reporter.ts'

/** Shows what a part counted of its shard. Kinds that count no samples show nothing. */
export function reportPart(
  { reporter }: Pick<Worker, 'reporter'>,
  shard: number,
  part: PartState | undefined,
): void {
  const step = part && stepOf(part)
  if (step) reporter.advance({ shard, ...step })
}

function stepOf(part: PartState): Omit<ShardStep, 'shard'> | undefined {
  switch (part.kind) {
    case 'traces':
      return {
        part: 'traces',
        arms: each(part.counts.arms, ({ planned, unanswered, parsed }) => ({
          planned,
          answered: planned - sum(unanswered),
          parsed,
        })),
      }
    case 'verdicts':
      return {
        part: 'verdicts',
        arms: each(part.counts.arms, (verdicts) => ({ correct: verdicts['correct'] ?? 0 })),
      }
    case 'decisions':
    case 'set-decisions':
      return {
        part: 'decisions',
        arms: each(part.counts.arms, (arm) => ({ verified: arm.in - sum(arm.unverified), kept: arm.kept })),
      }
    case 'pairs':
    case 'selected':
      return {
        part: 'pairs',
        arms: each(part.counts.arms, ({ paired }) => ({ paired })),
        pairs: part.counts.problems.paired,
      }
    default:
      return undefined
  }
}

function each<Counts>(
  arms: Readonly<Record<string, Counts>>,
  figures: (counts: Counts) => Partial<FinishedSamples>,
): ShardStep['arms'] {
  return Object.fromEntries(Object.entries(arms).map(([arm, counts]) => [arm, figures(counts)]))
}
