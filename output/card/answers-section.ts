import { totalOf } from '../charts/histogram.ts'
import { chartRows } from './distributions.ts'
import type { CardFacts } from './facts.ts'
import { code, section, share, table, whole } from './markdown.ts'
import { plotOf, withProblems, type Plots } from './plots.ts'
import type { ConfigurationStatistics } from './statistics.ts'

/** How long the answers are and how often an arm is right, with how many answers each pass rate rests on. */
export function answersSection(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
  plots: Plots,
): string[] {
  const { rates } = chartRows(withProblems(facts, statistics).map((one) => one.distributions))
  if (rates.length === 0 && plots.names.length === 0) return []
  const rows = rates.map(({ arm, rates: counts, least, most }) => {
    const problems = totalOf(counts)
    const sum = counts.entries().reduce((before, [rate, count]) => before + rate * count, 0)
    return [
      code(arm),
      whole(problems),
      least === most ? whole(least) : `${whole(least)} to ${whole(most)}`,
      share(sum, problems),
      share(counts.get(1) ?? 0, problems),
      share(counts.get(0) ?? 0, problems),
    ]
  })
  return [
    section('Lengths and pass rates', [
      plotOf(plots, 'token-lengths', 'Length of the answers in tokens by arm and correctness'),
      plotOf(plots, 'length-ratio', 'How many times longer the answers of one arm are'),
      ...(rows.length === 0
        ? []
        : [
            'A pass rate is `correct / checked` of a row. Of so few answers it is a rough one: with *n* of 2 it can only be 0, 50 or 100 %. They are those of the problems in the dataset, which a recipe may have chosen by them.',
            table(['arm', 'problems', 'n', 'mean pass rate', 'always right', 'never right'], rows),
          ]),
      plotOf(plots, 'pass-rates', 'Pass rates of the problems by arm'),
    ]),
  ]
}
