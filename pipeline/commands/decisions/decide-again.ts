import { judgeGroups, judgeSamples } from '../../../filters/apply.ts'
import { correctness } from '../../../filters/sample/correctness.ts'
import type { FilterFiles, Sample, SampleDecision } from '../../../filters/filter.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { hasText, lossReason } from '../../stages/counts.ts'

type Section = Readonly<Record<string, unknown>>

/**
 * Decides about the samples of one problem as the stage `filter` does, under any `filter` section. A sample without text
 * has the reason why it has none.
 */
export function decideAgain(
  { recipe, arms }: Pick<RunContext, 'recipe' | 'arms'>,
  section: Section,
  files: FilterFiles,
): (problem: Problem, samples: readonly Sample[]) => (Sample & SampleDecision)[] {
  const { require } = recipe.pair
  const bound = (name: string): boolean =>
    require === 'all' || (Array.isArray(require) && require.includes(name))
  const judges = new Map(
    arms.map(({ name }) => [name, judgeSamples(section, bound(name) ? [] : [correctness.name], files)]),
  )
  const judgeGroup = judgeGroups(section)
  return (problem, samples) => {
    const decided = samples.map((sample) => Object.assign({}, sample, judges.get(sample.arm.name)!(sample)))
    const withText = decided.filter(({ trace }) => hasText(trace))
    const found = judgeGroup({ problem, samples: withText })
    for (const [index, sample] of withText.entries()) Object.assign(sample, found[index])
    return decided.map((sample) =>
      hasText(sample.trace)
        ? sample
        : Object.assign({}, sample, {
            reasons: [lossReason(sample.trace)] as unknown as SampleDecision['reasons'],
          }),
    )
  }
}
