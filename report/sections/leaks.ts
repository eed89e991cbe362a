import { join } from 'node:path'
import { exists } from '../../store/files/entries.ts'
import { exactly, literal, type QueryRow } from '../../store/duckdb/open.ts'
import type { Example } from '../report.ts'
import { count, text, type SectionMaker, type Source } from './section.ts'

/** Reasons of what repeats other problems or answers, and of what a benchmark holds. */
const reasons = new Set([
  'duplicate_problem',
  'duplicate_id',
  'conflicting_answers',
  'near_duplicate',
  'numbers_variant',
  'repeated_answer',
  'contaminated',
  'answer_contaminated',
])
const mostExamples = 20

/** M11: problems that repeat others or that benchmarks hold, with what matched. */
export const leaks: SectionMaker = async (source) => {
  const { ledger } = source.run
  const lost = [
    ...Object.entries(ledger.problems.lost).map(([reason, n]) => ({ what: 'problems', reason, n })),
    ...ledger.samples.flatMap(({ arm, lost }) =>
      Object.entries(lost).map(([reason, n]) => ({ what: `answers of ${arm}`, reason, n })),
    ),
  ].filter(({ reason }) => reasons.has(reason))
  const rejected = join(source.run.runFolder, 'problems', 'rejected.jsonl')
  const known = (await exists(rejected))
    ? await hitsOf(source, rejected)
    : { hits: [], groups: [], examples: [] }
  return {
    id: 'leaks',
    title: 'Duplicates and contamination',
    metric: 'M11',
    says: [
      'Problems that stand in the source more than once are always found; near-duplicates and items of benchmarks are looked for where the recipe has the filters.',
    ],
    tables: [
      {
        id: 'leaks',
        caption: 'Left out because of what they repeat',
        columns: [text('what'), text('reason'), count('n')],
        rows: lost,
      },
      {
        id: 'benchmark-hits',
        caption: 'Problems left out, by benchmark',
        columns: [text('benchmark'), count('n', 'problems'), count('items')],
        rows: known.hits.map(({ benchmark, n, items }) => ({
          benchmark: String(benchmark),
          n: Number(n),
          items: Number(items),
        })),
      },
      {
        id: 'duplicate-groups',
        caption: 'Groups of near-duplicates by their size, with the problem that stays',
        columns: [count('size', 'problems in a group'), count('groups')],
        rows: known.groups.map(({ size, groups }) => ({ size: Number(size), groups: Number(groups) })),
      },
    ],
    examples: known.examples.length > 0 ? [{ title: 'What matched', examples: known.examples }] : [],
    notKnown: [
      ...(known.hits.length === 0
        ? [
            'Items of benchmarks: none was found, or none was looked for; `filter.contamination` names the benchmarks to hold problems against.',
          ]
        : []),
      ...(known.groups.length === 0
        ? ['Near-duplicates: none was found, or none was looked for; `filter.near-duplicate: true` does.']
        : []),
    ],
  }
}

async function hitsOf(
  { db }: Source,
  path: string,
): Promise<{ hits: QueryRow[]; groups: QueryRow[]; examples: Example[] }> {
  await db.run(`CREATE OR REPLACE TEMP VIEW rejected AS FROM read_json(${literal(exactly(path))}, format = 'newline_delimited',
    columns = {problem: 'VARCHAR', reason: 'VARCHAR', message: 'VARCHAR', facts: 'JSON'})`)
  const hits =
    await db.rows(`SELECT (facts->>'benchmark') AS benchmark, count(*) AS n, count(DISTINCT (facts->>'item')) AS items
    FROM rejected WHERE (facts->>'benchmark') IS NOT NULL GROUP BY benchmark ORDER BY n DESC, benchmark`)
  const groups = await db.rows(`SELECT size, count(*) AS groups FROM (
      SELECT (facts->>'other') AS other, 1 + count(*) AS size FROM rejected
      WHERE reason = 'near_duplicate' AND (facts->>'other') IS NOT NULL GROUP BY other)
    GROUP BY size ORDER BY size`)
  const examples =
    await db.rows(`SELECT coalesce(problem, '') AS problem, reason, left(message, 400) AS message FROM rejected
    WHERE (facts->>'benchmark') IS NOT NULL OR reason = 'near_duplicate' ORDER BY md5(coalesce(problem, '')), message LIMIT ${mostExamples}`)
  return {
    hits,
    groups,
    examples: examples.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
    ),
  }
}
