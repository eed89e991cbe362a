import { join } from 'node:path'
import { RunError, UsageError } from '../../../schemas/errors.ts'
import { exists } from '../../../store/files/entries.ts'
import { exactly, literal, parquetFiles, withDatabase, type Database } from '../../../store/duckdb/open.ts'
import { partPath } from '../../../store/run/paths.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/**
 * The problems of a run for which a condition of SQL holds, drawn by a seed. A row has the columns of the problem, `lost`, and
 * for every arm one of its name with the members of the answer that stands for it: `reasoning.tokens > 4000 AND
 * domain = 'algebra'`. A shard is asked at a time; the condition reads the run's parts and no other file.
 *
 * @throws UsageError where the condition is none
 */
export async function idsWhere(
  { runFolder, arms }: Pick<RunContext, 'runFolder' | 'arms'>,
  { where, count, seed, shards, decisions }: WhereOptions,
): Promise<string[]> {
  const scratch = join(runFolder, `.scratch-${process.pid}`)
  return withDatabase({ scratch }, async (db) => {
    const files: string[] = []
    for (let shard = 0; shard < shards; shard++)
      for (const kind of [...askedKinds, decisions]) files.push(partPath(runFolder, kind, shard))
    await confine(db, { files, scratch })
    let best: { id: string; draw: string }[] = []
    for (let shard = 0; shard < shards; shard++) {
      if (!(await exists(partPath(runFolder, 'pairs', shard)))) continue
      const rows = await db
        .rows(
          `SELECT id, md5(${literal(`${seed} `)} || id) AS draw FROM (${pairsOf(
            { runFolder, shard, decisions },
            arms.map(({ name }) => name),
          )}) WHERE (${where}
          ) ORDER BY draw LIMIT ${count}`,
        )
        .catch((error: unknown) => {
          if (error instanceof RunError && error.message.includes('.parquet')) throw error
          throw new UsageError(
            `--where is no condition of SQL: ${(error as Error).message.split('\n')[0]}; such as \`${arms[0]?.name ?? 'arm'}.tokens > 400 AND domain = 'algebra'\``,
            { cause: error },
          )
        })
      best = [...best, ...rows.map(({ id, draw }) => ({ id: String(id), draw: String(draw) }))]
        .sort((a, b) => (a.draw < b.draw ? -1 : 1))
        .slice(0, count)
    }
    return best.map(({ id }) => id)
  })
}

type WhereOptions = {
  where: string
  count: number
  seed: number
  shards: number
  decisions: 'decisions' | 'set-decisions'
}

const askedKinds = ['problems', 'pairs', 'traces', 'verdicts'] as const

/** From here on the database opens these files, and what it spills itself, and cannot be told otherwise. */
async function confine(
  db: Database,
  { files, scratch }: { files: readonly string[]; scratch: string },
): Promise<void> {
  const allowed = [...new Set(files.flatMap((path) => [path, exactly(path)]))]
  await db.run(`SET allowed_paths = [${allowed.map(literal).join(', ')}]`)
  await db.run(`SET allowed_directories = [${literal(`${scratch}/`)}]`)
  await db.run('SET enable_external_access = false')
  await db.run('SET lock_configuration = true')
}

function pairsOf(
  { runFolder, shard, decisions }: { runFolder: string; shard: number; decisions: WhereOptions['decisions'] },
  arms: readonly string[],
): string {
  const part = (kind: Parameters<typeof partPath>[1]): string =>
    parquetFiles([partPath(runFolder, kind, shard)])
  const answer = `struct_pack(tokens := t.reasoning_tokens + t.answer_tokens, reasoning_tokens := t.reasoning_tokens,
    answer_tokens := t.answer_tokens, thought := t.reasoning, answer := t.answer, finish_state := t.finish_state, model := t.model,
    verdict := v.verdict, extracted := v.extracted, judge := v.verdict_judge, keep := d.keep, reasons := d.reasons, measures := d.measures)`
  const own = arms.map((name) => `any_value(${answer}) FILTER (t.arm = ${literal(name)}) AS ${quoted(name)}`)
  return `SELECT p.id, any_value(p.prompt) AS prompt, any_value(p.answers) AS reference, any_value(p.domain) AS domain,
      any_value(p.source) AS source, any_value(p.source_id) AS source_id, any_value(p.task) AS task, any_value(p.difficulty) AS difficulty,
      any_value(p.license) AS license, any_value(q.lost) AS lost, bool_or(v.gold_suspect) AS gold_suspect, ${own.join(', ')}
    FROM ${part('problems')} p JOIN ${part('pairs')} q ON q.pair_id = p.id
    JOIN ${part('traces')} t ON t.problem_id = p.id JOIN ${part('verdicts')} v ON v.key = t.key AND v.problem_id = p.id
    JOIN ${part(decisions)} d ON d.key = t.key AND d.problem_id = p.id
    WHERE CASE WHEN list_contains(list_transform(q.members, lambda m: m.arm), t.arm)
      THEN list_contains(list_transform(q.members, lambda m: m.key), t.key) ELSE t.sample_index = 0 END
    GROUP BY p.id`
}

/** A name of SQL. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
