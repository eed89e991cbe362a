import { pairedOutcomes, type PairedOutcome } from '../../output/charts/paired-outcomes.ts'
import type { Database, QueryRow } from '../../store/duckdb/open.ts'
import { literal } from '../../store/duckdb/open.ts'
import { z95 } from '../answers/clustered.ts'
import { armPairs, type ArmPair } from './arms.ts'
import { count, estimated, text, type SectionMaker } from './section.ts'

/** Groups beyond so many are told together. */
const mostGroups = 24

const groupings = [
  ['all', `''`],
  ['domain · format', 'cell'],
  ['source', 'source'],
] as const

/** M6: of every problem with a first answer of both arms, which of them is right (compare arXiv 2511.19333). */
export const paired: SectionMaker = async ({ db, run }) => {
  const pairs = armPairs(run.arms)
  const rows: Record<string, string | number | null>[] = []
  for (const pair of pairs)
    for (const [by, group] of groupings) rows.push(...(await outcomesOf(db, pair, { by, group })))
  return {
    id: 'paired',
    title: 'Paired outcomes',
    metric: 'M6',
    says: [
      'Each problem counts once, by the first answer of either arm, so that arms with different numbers of samples compare. The difference is that of the two shares of right answers, with the interval of paired data at 95 %.',
    ],
    charts: pairs.map(({ a, b }, at) => ({
      name: `paired-outcomes${at === 0 ? '' : `-${at + 1}`}`,
      title: `Problems solved by ${a} and by ${b}`,
      draw: (theme) =>
        pairedOutcomes(
          {
            a,
            b,
            rows: rows
              .filter((row) => row['a'] === a && row['b'] === b && row['by'] !== 'source')
              .map(outcomeOf),
          },
          theme,
        ),
    })),
    tables: [
      {
        id: 'paired',
        caption: 'Problems by whose first answer is right',
        columns: [
          text('a', 'A'),
          text('b', 'B'),
          text('by'),
          text('group', 'problems of'),
          count('problems'),
          count('both'),
          count('only_a', 'only A'),
          count('only_b', 'only B'),
          count('neither'),
          estimated('difference', 'A − B', 'share'),
        ],
        rows,
      },
    ],
    ...(pairs.length === 0 && { notKnown: ['Paired outcomes: the run has one arm.'] }),
  }
}

async function outcomesOf(
  db: Database,
  { a, b }: ArmPair,
  { by, group }: { by: string; group: string },
): Promise<Record<string, string | number | null>[]> {
  const found = await db.rows(`WITH both_arms AS (
      SELECT problem, any_value(${group}) AS own,
        bool_or(first_right) FILTER (arm = ${literal(a)}) AS ra, bool_or(first_right) FILTER (arm = ${literal(b)}) AS rb
      FROM problem_arms WHERE arm IN (${literal(a)}, ${literal(b)}) GROUP BY problem),
    known AS (SELECT * FROM both_arms WHERE ra IS NOT NULL AND rb IS NOT NULL),
    ranked AS (SELECT own, row_number() OVER (ORDER BY count(*) DESC, own) AS place FROM known GROUP BY own),
    named AS (SELECT ra, rb, CASE WHEN place <= ${mostGroups} THEN own ELSE '(others)' END AS own FROM known JOIN ranked USING (own))
    SELECT own, count(*) AS problems, count(*) FILTER (ra AND rb) AS both, count(*) FILTER (ra AND NOT rb) AS only_a,
      count(*) FILTER (rb AND NOT ra) AS only_b, count(*) FILTER (NOT ra AND NOT rb) AS neither
    FROM named GROUP BY own ORDER BY problems DESC, own`)
  return found.map(({ own, ...counts }) =>
    Object.assign(
      { a, b, by, group: String(own) || 'all problems' },
      counts as Record<string, number>,
      differenceOf(counts),
    ),
  )
}

function outcomeOf(row: Readonly<Record<string, unknown>>): PairedOutcome {
  const [both, only_a, only_b, neither] = ['both', 'only_a', 'only_b', 'neither'].map((key) =>
    Number(row[key]),
  ) as [number, number, number, number]
  return { label: String(row['group']), both, only_a, only_b, neither }
}

/** Of two paired shares, with Wald's interval for it. */
function differenceOf({ problems, only_a, only_b }: QueryRow): Record<string, number | null> {
  const [n, ab, ba] = [problems, only_a, only_b].map(Number) as [number, number, number]
  const difference = (ab - ba) / n
  if (n < 2) return { difference, difference_low: null, difference_high: null }
  const half = z95 * Math.sqrt((ab + ba - (ab - ba) ** 2 / n) / (n * (n - 1)))
  return {
    difference,
    difference_low: Math.max(-1, difference - half),
    difference_high: Math.min(1, difference + half),
  }
}
