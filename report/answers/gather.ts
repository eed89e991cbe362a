import { join } from 'node:path'
import { exists } from '../../store/files/entries.ts'
import { literal, parquetFiles, type Database } from '../../store/duckdb/open.ts'
import { partPath } from '../../store/run/paths.ts'
import type { ReportRun } from '../run.ts'
import { budgets } from './budgets.ts'

/** The measures of the filters that the report shows, each a number or null. */
export const shownMeasures = [
  'steps',
  'step_tokens',
  'branching_density',
  'reflection_words',
  'verification_words',
  'tentative_words',
  'connective_words',
] as const

/** How far a run has come in the files that a report reads. */
export type Gathered = { ready: readonly number[]; missing: number }

/**
 * Joins the parts of each shard into narrow files without texts, and makes two views of them: `answers`, a row for every
 * sample, and `problem_arms`, a row for every problem and arm. A shard is joined at a time, so that memory depends on the
 * size of a shard and not on that of the run. Shards that are stale or have not been paired yet are left out and counted.
 */
export async function gather(db: Database, run: ReportRun): Promise<Gathered> {
  const ready: number[] = []
  for (let shard = 0; shard < run.shards; shard++) if (await isCounted(run, shard)) ready.push(shard)
  await db.run(armsTable(run))
  const stored = ready[0] === undefined ? new Set<string>() : await storedMeasures(db, run, ready[0])
  for (const shard of ready) {
    const answers = join(db.scratch, `answers-${shard}.parquet`)
    await db.run(`COPY (${answersOf(run, shard, stored)}) TO ${literal(answers)} (FORMAT parquet)`)
    const problems = join(db.scratch, `problems-${shard}.parquet`)
    await db.run(`COPY (${problemsOf(answers)}) TO ${literal(problems)} (FORMAT parquet)`)
  }
  for (const [view, name] of [
    ['answers', 'answers'],
    ['problem_arms', 'problems'],
  ] as const)
    if (ready.length > 0)
      await db.run(
        `CREATE VIEW ${view} AS FROM ${parquetFiles(ready.map((shard) => join(db.scratch, `${name}-${shard}.parquet`)))}`,
      )
  return { ready, missing: run.shards - ready.length }
}

/** What a shard must have before it is counted, beside the decisions that hold. */
export const neededKinds = ['problems', 'traces', 'verdicts', 'pairs'] as const

/** Whether a report counts a shard: all its parts are there, and none is stale. */
export async function isCounted(
  { runFolder, decisions, kinds, stale }: Pick<ReportRun, 'runFolder' | 'decisions' | 'kinds' | 'stale'>,
  shard: number,
): Promise<boolean> {
  if (stale.has(shard)) return false
  for (const kind of [...neededKinds, ...(kinds ? ['kinds' as const] : []), decisions])
    if (!(await exists(partPath(runFolder, kind, shard)))) return false
  return true
}

/** The recipe's arms in its order, with the samples that shares are counted over. */
function armsTable({ arms }: ReportRun): string {
  const rows = arms.map(({ name, first }, at) => `(${literal(name)}, ${at}, ${first})`)
  return `CREATE TABLE arms AS SELECT * FROM (VALUES ${rows.join(', ')}) AS given(arm, place, first_samples)`
}

async function storedMeasures(db: Database, run: ReportRun, shard: number): Promise<Set<string>> {
  const part = parquetFiles([partPath(run.runFolder, run.decisions, shard)])
  const found = await db.rows(
    `SELECT unnest(struct_keys(measures)) AS name FROM (SELECT measures FROM ${part} LIMIT 1)`,
  )
  return new Set(found.map(({ name }) => String(name)))
}

/** Which form a reference has, as far as its text tells. */
const goldForm = `CASE
  WHEN len(p.answers) = 0 THEN 'none'
  WHEN len(p.choices) > 0 THEN 'choice'
  WHEN p.task = 'code' THEN 'tests'
  WHEN regexp_full_match(p.answers[1], '[-+]?[0-9][0-9,]*') THEN 'whole number'
  WHEN regexp_full_match(p.answers[1], '[-+]?[0-9]*[.][0-9]+') THEN 'decimal'
  WHEN regexp_full_match(p.answers[1], '[-+]?[0-9]+ */ *[0-9]+') THEN 'fraction'
  WHEN contains(p.answers[1], '\\') THEN 'LaTeX'
  ELSE 'other text' END`

function answersOf(run: ReportRun, shard: number, stored: ReadonlySet<string>): string {
  const part = (kind: Parameters<typeof partPath>[1]): string =>
    parquetFiles([partPath(run.runFolder, kind, shard)])
  const measures = shownMeasures.map((name) =>
    stored.has(name) ? `d.measures.${name}::DOUBLE AS ${name}` : `NULL::DOUBLE AS ${name}`,
  )
  return `WITH chosen AS (SELECT pair_id, lost, unnest(members, recursive := true) FROM ${part('pairs')})
    SELECT p.id AS problem, p.domain, p.task, ${run.kinds ? `k.area || ' · ' || k.format` : `concat_ws(' · ', nullif(p.domain, ''), p.task)`} AS cell, p.source, p.difficulty, ${goldForm} AS gold_form,
      t.key AS sample_key, t.arm, t.sample_index, t.sample_index < a.first_samples AS is_first,
      t.finish_state <> 'api_error' AS is_answered,
      t.finish_state, t.sampling.max_tokens AS cap, t.truncation,
      t.finish_state IN ('cut_in_think', 'cut_in_answer') AS is_cut,
      t.reasoning_tokens + t.answer_tokens AS tokens, t.reasoning_tokens, t.answer_tokens,
      strlen(t.reasoning) + strlen(t.answer) AS bytes,
      v.verdict, v.verdict_rule, v.verdict_judge, v.verdict_source, v.gold_suspect,
      CASE v.verdict WHEN 'correct' THEN 'right' WHEN 'incorrect' THEN 'wrong' ELSE 'undecided' END AS kind,
      v.verdict = 'correct' AS is_right,
      d.keep, c.key IS NOT NULL AS is_selected, c.key IS NOT NULL AND c.lost = '' AS in_pair,
      ${measures.join(', ')}
    FROM ${part('traces')} t
    JOIN arms a USING (arm)
    JOIN ${part('problems')} p ON p.id = t.problem_id
    ${run.kinds ? `JOIN ${part('kinds')} k ON k.id = p.id` : ''}
    JOIN ${part('verdicts')} v ON v.key = t.key AND v.problem_id = t.problem_id
    JOIN ${part(run.decisions)} d ON d.key = t.key AND d.problem_id = t.problem_id
    LEFT JOIN chosen c ON c.key = t.key AND c.pair_id = t.problem_id AND c.arm = t.arm`
}

/** Of the answered first samples of each problem and arm: how many there are, were checked, are right, also within a budget. */
function problemsOf(answers: string): string {
  const within = budgets.map(
    (budget) => `count(*) FILTER (is_right AND tokens <= ${budget}) AS right_within_${budget}`,
  )
  return `SELECT problem, arm, any_value(domain) AS domain, any_value(task) AS task, any_value(cell) AS cell, any_value(source) AS source,
      any_value(difficulty) AS difficulty, count(*) AS answered,
      count(*) FILTER (kind <> 'undecided') AS checked, count(*) FILTER (is_right) AS solved,
      bool_or(is_right) FILTER (sample_index = 0) AS first_right, sum(tokens) AS tokens, ${within.join(', ')}
    FROM ${parquetFiles([answers])} WHERE is_first AND is_answered GROUP BY problem, arm`
}
